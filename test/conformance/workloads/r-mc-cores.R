# preset: r-mc-cores
# library: R parallel::mclapply
# group: debian
# with: r-mc-cores
# variable: MC_CORES
source(file.path(Sys.getenv("CONFORMANCE_SUPPORT"), "steady.R"))
library(parallel)
burn <- function(seed) { for (i in 1:400) x <- sum(sin(1:20000 + seed)); x }
steady(paste("R", getRversion()), function() mclapply(1:6, burn))
