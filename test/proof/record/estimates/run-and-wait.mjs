// The first estimate: the time that threads ran or waited, over the time. Right where nobody else works.
const LIMIT_CPUS = 0.25;

export function judge(trace, windowsOf) {
  const { workers, threads: limit } = trace.meta;
  let [peak, warnedAt, windows] = [0, null, 0];
  for (const { ms, toMs, threads } of windowsOf(trace)) {
    windows++;
    for (let worker = 0; worker < workers; worker++) {
      const own = threads.filter((thread) => Math.max(0, thread.worker) === worker);
      const cpus = own.reduce((sum, { runMs, waitMs }) => sum + runMs + waitMs, 0) / ms;
      peak = Math.max(peak, cpus);
      if (cpus > limit + LIMIT_CPUS) warnedAt ??= toMs / 1000;
    }
  }
  return { verdict: windows === 0 ? 'unknown' : warnedAt === null ? 'within' : 'exceeded', peak, warnedAt };
}
