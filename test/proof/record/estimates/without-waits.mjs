// What threads would run if they never waited for a CPU: run / (time - wait) of each, over three seconds.
// Right for threads that sleep by a timer or for input. A thread that sleeps until another one of its process has done
// its part (a barrier, a lock) sleeps longer where that one waits: such sleep, seen in looks as a futex call without a
// timeout while another thread of the process is runnable, counts only for the part of the time in which the process
// made progress: its CPU time by the time in which any of its threads was runnable. Where the wakeups of other threads of
// the process (timers, sockets, pipes) explain those by futex, the pool is fed from outside, and its sleep counts whole.
import { hasTimeout } from '../traces.mjs';

const TOLERANCE_CPUS = 0.25;
const [STEP_MS, STEPS] = [500, 6];
const ACTIVE_MS = 1;
const FED_FROM_OUTSIDE = 0.5;
const FUTEX = 202;
const SUMMED = ['runMs', 'waitMs', 'voluntary', 'asleep', 'dependent'];

export function judge(trace) {
  const { threads: limit, quotaCpus } = trace.meta;
  const budget = Math.max(1, Math.floor(quotaCpus ?? 2));
  let [peak, warnedAt, steps] = [0, null, []];
  for (const step of stepsOf(trace)) {
    steps = [...steps, step].slice(-STEPS);
    if (steps.length < STEPS) continue;
    const demands = demandsOf(steps, trace.meta.workers);
    const total = demands.reduce((sum, demand) => sum + demand, 0);
    peak = Math.max(peak, ...demands);
    if (Math.max(...demands) > limit + TOLERANCE_CPUS || total > budget + TOLERANCE_CPUS) warnedAt ??= step.toMs / 1000;
  }
  return { verdict: steps.length < STEPS ? 'unknown' : warnedAt === null ? 'within' : 'exceeded', peak, warnedAt };
}

/** Demand of each worker over all the steps. */
function demandsOf(steps, workers) {
  const spanMs = steps.reduce((sum, { ms }) => sum + ms, 0);
  const threads = new Map();
  for (const step of steps)
    for (const [key, thread] of step.threads) {
      const sum = threads.get(key) ?? { pid: thread.pid, worker: thread.worker, looks: 0, ...zeros() };
      for (const name of SUMMED) sum[name] += Math.max(0, thread[name]);
      threads.set(key, sum);
    }
  const processes = new Map();
  for (const { pid, runMs, voluntary, asleep, dependent } of threads.values()) {
    const process = processes.get(pid) ?? { runMs: 0, byFutex: 0, fromOutside: 0 };
    process.runMs += runMs;
    process[asleep > dependent * 2 ? 'fromOutside' : 'byFutex'] += voluntary;
    processes.set(pid, process);
  }
  const demands = Array.from({ length: workers }, () => 0);
  for (const { pid, worker, runMs, waitMs, asleep, dependent } of threads.values()) {
    if (runMs < ACTIVE_MS) continue;
    const run = Math.min(runMs, spanMs);
    const sleep = spanMs - run - Math.min(waitMs, spanMs - run);
    const { runMs: processMs, byFutex, fromOutside } = processes.get(pid);
    const activeMs = steps.reduce((sum, { active, ms }) => sum + (active.get(pid) ?? 0) * ms, 0);
    const progress = Math.min(1, processMs / Math.max(1, activeMs));
    const isFed = fromOutside >= FED_FROM_OUTSIDE * byFutex;
    const part = isFed || asleep === 0 ? 0 : dependent / asleep;
    demands[worker] += run / (run + sleep * (1 - part + part * progress));
  }
  return demands;
}

const zeros = () => Object.fromEntries(SUMMED.map((name) => [name, 0]));

/** Half a second each: change of the counters and looks of each thread; part of the looks in which a process had work. */
function* stepsOf(trace) {
  let open;
  for (const look of trace.looks()) {
    open ??= openStep(look);
    bookLook(open, look);
    if (look.atMs - open.fromMs < STEP_MS) continue;
    const { fromMs, looks, threads, runnable } = open;
    const active = new Map([...runnable].map(([pid, count]) => [pid, count / looks]));
    yield { ms: look.atMs - fromMs, toMs: look.atMs, threads, active };
    open = openStep(look);
  }
}

function openStep({ atMs, threads }) {
  const base = new Map([...threads.values()].map((thread) => [keyOf(thread), { ...thread }]));
  return { fromMs: atMs, base, looks: 0, threads: new Map(), runnable: new Map() };
}

function bookLook(step, { threads }) {
  step.looks++;
  const working = new Set([...threads.values()].filter(({ state }) => state === 'R').map(({ pid }) => pid));
  for (const pid of working) step.runnable.set(pid, (step.runnable.get(pid) ?? 0) + 1);
  for (const thread of threads.values()) {
    const key = keyOf(thread);
    const before = step.base.get(key) ?? { runNs: 0, waitNs: 0, voluntary: 0 };
    const known = step.threads.get(key) ?? { asleep: 0, dependent: 0 };
    const isAsleep = thread.state !== 'R';
    const isDependent = isAsleep && thread.syscall === FUTEX && !hasTimeout(thread) && working.has(thread.pid);
    step.threads.set(key, {
      pid: thread.pid,
      worker: Math.max(0, thread.worker),
      runMs: (thread.runNs - before.runNs) / 1e6,
      waitMs: (thread.waitNs - before.waitNs) / 1e6,
      voluntary: thread.voluntary - before.voluntary,
      asleep: known.asleep + (isAsleep ? 1 : 0),
      dependent: known.dependent + (isDependent ? 1 : 0),
    });
  }
}

const keyOf = ({ pid, tid }) => `${pid}/${tid}`;
