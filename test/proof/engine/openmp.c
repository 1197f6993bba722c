/* Real OpenMP: openmp SECONDS THREADS ON_MS SERIAL_MS. A parallel part of ON_MS for each thread, then a serial part. */
#define _GNU_SOURCE
#include <omp.h>
#include <stdlib.h>
#include <time.h>

static double seconds_of(clockid_t id) {
  struct timespec t;
  clock_gettime(id, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void burn(double cpu_seconds, double end) {
  volatile unsigned x = 0;
  double stop = seconds_of(CLOCK_THREAD_CPUTIME_ID) + cpu_seconds;
  while (seconds_of(CLOCK_THREAD_CPUTIME_ID) < stop && seconds_of(CLOCK_MONOTONIC) < end)
    for (int i = 0; i < 10000; i++) x += i;
}

int main(int count, char **words) {
  if (count != 5) return 2;
  double end = seconds_of(CLOCK_MONOTONIC) + atof(words[1]), on = atof(words[3]) / 1e3, serial = atof(words[4]) / 1e3;
  int threads = atoi(words[2]);
  while (seconds_of(CLOCK_MONOTONIC) < end) {
    _Pragma("omp parallel num_threads(threads)")
    burn(on, end);
    burn(serial, end);
  }
  return 0;
}
