// preset: libomp
// library: LLVM OpenMP (through the entry points it shares with libgomp)
// group: debian
// variable: OMP_NUM_THREADS
// build: gcc -O2 -fopenmp {source} -o {program} -lm
// env: LD_PRELOAD=/usr/lib/llvm-14/lib/libomp.so.5
#include "../support/steady.h"
#include <math.h>

static double burn(int seed) {
  double x = seed;
  for (int i = 0; i < 200000; i++) x = sin(x) + 1.0;
  return x;
}

static double total;

static void step(void) {
#pragma omp parallel for reduction(+ : total) schedule(static)
  for (int i = 0; i < 12; i++) total += burn(i);
}

int main(void) {
  STEADY("libomp of LLVM 14", step());
  return total == 0.5;
}
