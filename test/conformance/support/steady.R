# Repeats a step between the marks that the suite measures; the twin of steady.py for R.
steady <- function(version, step) {
  seconds <- as.numeric(Sys.getenv("CONFORMANCE_SECONDS", "4"))
  say <- function(...) { cat(..., "\n", sep = ""); flush(stdout()) }
  say("@version ", version)
  step()
  say("@work ", Sys.getpid())
  steps <- 0
  end <- proc.time()[["elapsed"]] + seconds
  while (proc.time()[["elapsed"]] < end) { step(); steps <- steps + 1 }
  say("@done ", steps)
}
