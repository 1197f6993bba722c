# preset: r-rcppparallel
# group: debian
# variable: RCPP_PARALLEL_NUM_THREADS
source(file.path(Sys.getenv("CONFORMANCE_SUPPORT"), "steady.R"))
library(Rcpp)
# Debian builds the package against its own TBB and does not name it to the linker.
dyn.load("/usr/lib/x86_64-linux-gnu/libtbb.so.12", local = FALSE)
cache <- file.path(Sys.getenv("CONFORMANCE_BUILD", tempdir()), "rcpp")
sourceCpp(cacheDir = cache, code = '
// [[Rcpp::depends(RcppParallel)]]
#include <Rcpp.h>
#include <RcppParallel.h>
struct Burn : public RcppParallel::Worker {
  RcppParallel::RVector<double> out;
  Burn(Rcpp::NumericVector out) : out(out) {}
  void operator()(std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; i++) {
      double x = i;
      for (int j = 0; j < 200000; j++) x = std::sin(x) + 1.0;
      out[i] = x;
    }
  }
};
// [[Rcpp::export]]
void burn(Rcpp::NumericVector out) { Burn worker(out); RcppParallel::parallelFor(0, out.length(), worker); }')
out <- numeric(64)
steady(paste("RcppParallel", packageVersion("RcppParallel")), function() burn(out))
