# preset: openblas-pthreads
# library: R with Debian's OpenBLAS
# group: debian
# variable: OPENBLAS_NUM_THREADS
# env: LD_LIBRARY_PATH=/usr/lib/x86_64-linux-gnu/openblas-pthread
source(file.path(Sys.getenv("CONFORMANCE_SUPPORT"), "steady.R"))
a <- matrix(runif(810000), 900)
steady(paste("R", getRversion(), "with", basename(dirname(normalizePath(extSoftVersion()[["BLAS"]])))), function() a %*% a)
