/* Repeats a step between the marks that the suite measures; the twin of steady.py for C and C++. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static inline double steady_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static inline double steady_seconds(void) {
  const char *text = getenv("CONFORMANCE_SECONDS");
  return text ? atof(text) : 4;
}

#define STEADY(version, ...)                                                                                           \
  do {                                                                                                                 \
    printf("@version %s\n", (version));                                                                                \
    __VA_ARGS__;                                                                                                       \
    printf("@work %d\n", (int)getpid());                                                                               \
    fflush(stdout);                                                                                                    \
    int steady_steps = 0;                                                                                              \
    for (double end = steady_now() + steady_seconds(); steady_now() < end; steady_steps++) {                           \
      __VA_ARGS__;                                                                                                     \
    }                                                                                                                  \
    printf("@done %d\n", steady_steps);                                                                                \
    fflush(stdout);                                                                                                    \
  } while (0)
