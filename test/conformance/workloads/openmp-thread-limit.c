// preset: openmp-thread-limit
// library: OMP_THREAD_LIMIT, a program that asks for four threads (libgomp)
// group: debian
// with: openmp-thread-limit
// variable: OMP_THREAD_LIMIT
// build: gcc -O2 -fopenmp {source} -o {program} -lm
#include "../support/steady.h"
#include <math.h>

static double burn(int seed) {
  double x = seed;
  for (int i = 0; i < 200000; i++) x = sin(x) + 1.0;
  return x;
}

static double total;

/* num_threads beats OMP_NUM_THREADS. */
static void step(void) {
#pragma omp parallel for num_threads(4) reduction(+ : total) schedule(dynamic)
  for (int i = 0; i < 48; i++) total += burn(i);
}

int main(void) {
  STEADY("libgomp of gcc " __VERSION__ ", num_threads(4)", step());
  return total == 0.5;
}
