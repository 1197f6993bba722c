// preset: tbb
// group: debian
// expect: no-control
// build: g++ -O2 {source} -o {program} -ltbb
#include "../support/steady.h"
#include <cmath>
#include <cstdlib>
#include <memory>
#include <string>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>

static double burn(int seed) {
  double x = seed;
  for (int i = 0; i < 200000; i++) x = std::sin(x) + 1.0;
  return x;
}

int main() {
  std::unique_ptr<tbb::global_control> cure;
  if (const char *threads = std::getenv("CONFORMANCE_CURE"))
    cure.reset(new tbb::global_control(tbb::global_control::max_allowed_parallelism, std::atoi(threads)));
  std::string version = std::string("oneTBB ") + TBB_runtime_version();
  static volatile double sink;
  STEADY(version.c_str(), tbb::parallel_for(0, 64, [](int i) { sink = burn(i); }));
  return 0;
}
