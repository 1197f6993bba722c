# preset: r-datatable
# group: debian
# variable: R_DATATABLE_NUM_THREADS
source(file.path(Sys.getenv("CONFORMANCE_SUPPORT"), "steady.R"))
suppressMessages(library(data.table))
n <- 2e6
table <- data.table(k = sample.int(1e5, n, TRUE), v = runif(n))
steady(paste("data.table", packageVersion("data.table")), function() table[order(k, v)])
