// preset: fftw
// library: FFTW (libfftw3_threads)
// group: debian
// expect: no-control
// build: gcc -O2 {source} -o {program} -lfftw3_threads -lfftw3 -lm
#include "../support/steady.h"
#include <fftw3.h>
#include <stdlib.h>

int main(void) {
  const char *cure = getenv("CONFORMANCE_CURE");
  fftw_init_threads();
  fftw_plan_with_nthreads(cure ? atoi(cure) : 2);
  fftw_complex *a = fftw_alloc_complex(1024 * 1024);
  for (int i = 0; i < 1024 * 1024; i++) a[i][0] = i % 7, a[i][1] = 0;
  fftw_plan plan = fftw_plan_dft_2d(1024, 1024, a, a, FFTW_FORWARD, FFTW_ESTIMATE);
  STEADY(fftw_version, fftw_execute(plan));
  return 0;
}
