// Reads the traces that recorder.c writes, to try estimates of demand on all of them in seconds.
//
//   for (const trace of tracesIn(DIR)) for (const window of windowsOf(trace, 1000)) ...
//
// Trace: `meta` (id, condition, workers, threads, seconds, label, share, total, mean, peak, quotaCpus, neighbours, periodMs), `looks()`.
// Look: what was there at `atMs`. It is the same object each time, changed in place:
//   threads    tid -> { tid, pid, worker, state, runNs, waitNs, slices, voluntary, involuntary, wchan, syscall, args,
//                       timeoutSeconds (of a timespec given to futex, clock_nanosleep, ppoll, pselect6; absolute or not), name, nice, policy }
//   processes  pid -> { pid, parent, worker (-1: an orphan whose parent was not seen), startTicks, state, userTicks, systemTicks,
//                       childrenUserTicks, childrenSystemTicks, threadCount, command }
//   gone       pids that are no longer there           reaped  [pid, status, userUs, systemUs] of copies and orphans
//   machine    ticks of the CPUs in use: { user, nice, system, idle, iowait, irq, softirq, steal }
//   recorderMs CPU time of the recorder so far
//   cgroup     { periods, throttledPeriods, throttledUs } of the quota, or undefined
// The counters of a thread that waits are as old as the beginning of its wait: the kernel books a wait when it ends.
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const BUSY = ['user', 'nice', 'system', 'irq', 'softirq', 'steal'];
const MACHINE = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'];

export function* tracesIn(directory) {
  const names = readdirSync(directory).filter((name) => /\.jsonl(\.gz)?$/.test(name));
  for (const name of names.sort()) yield openTrace(join(directory, name));
}

export function openTrace(path) {
  const bytes = readFileSync(path);
  const [first, ...lines] = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString().trimEnd().split('\n');
  return { name: basename(path), meta: JSON.parse(first), looks: () => looksOf(lines) };
}

function* looksOf(lines) {
  const look = {
    atMs: 0,
    threads: new Map(),
    processes: new Map(),
    gone: [],
    reaped: [],
    machine: undefined,
    recorderMs: 0,
    cgroup: undefined,
  };
  for (const line of lines) {
    const { t, k, y, p, x, m, c, w, o } = JSON.parse(line);
    for (const pid of look.gone) look.processes.delete(pid);
    for (const tid of y) look.threads.delete(tid);
    for (const fields of p) updateProcess(look.processes, fields);
    for (const fields of k) updateThread(look, fields);
    look.atMs = t;
    look.gone = x;
    look.reaped = w;
    look.recorderMs = o;
    look.machine = Object.fromEntries(MACHINE.map((name, i) => [name, m[i]]));
    look.cgroup = c === undefined ? undefined : { periods: c[0], throttledPeriods: c[1], throttledUs: c[2] };
    yield look;
  }
}

function updateProcess(
  processes,
  [
    pid,
    parent,
    startTicks,
    state,
    userTicks,
    systemTicks,
    childrenUserTicks,
    childrenSystemTicks,
    threadCount,
    worker,
    command,
  ],
) {
  const known = processes.get(pid) ?? { pid, command: '' };
  Object.assign(known, {
    parent,
    startTicks,
    state,
    userTicks,
    systemTicks,
    childrenUserTicks,
    childrenSystemTicks,
    threadCount,
    worker,
  });
  if (command !== undefined) known.command = command;
  processes.set(pid, known);
}

function updateThread(
  { threads, processes },
  [
    tid,
    pid,
    state,
    runNs,
    waitNs,
    slices,
    voluntary,
    involuntary,
    wchan,
    syscall,
    args,
    timeoutSeconds,
    name,
    nice,
    policy,
  ],
) {
  // An id that is used again belongs to another thread.
  const old = threads.get(tid);
  const known =
    old === undefined || old.pid !== pid || runNs < old.runNs
      ? { tid, pid, worker: processes.get(pid)?.worker ?? -1 }
      : old;
  Object.assign(known, { state, runNs, waitNs, slices, voluntary, involuntary, wchan, syscall, args, timeoutSeconds });
  if (name !== undefined) Object.assign(known, { name, nice, policy });
  threads.set(tid, known);
}

/**
 * Windows one after the other, each at least so long: `{ fromMs, toMs, ms, threads, machineMs, othersMs, cgroup, reaped }`. Each thread with the
 * change of its counters in the window (`runMs`, `waitMs`, `slices`, `voluntary`, `involuntary`), its `looks` by state (R, S, D, Z, T),
 * `timedLooks` asleep with a timeout, `isNew`, and `last`: how it was at the end. `machineMs`: CPU time by kind;
 * `othersMs`: what neither the program nor the recorder used of it, as far as it was seen.
 */
export function* windowsOf(trace, windowMs = 1000) {
  let open;
  for (const look of trace.looks()) {
    open ??= openWindow(look);
    for (const thread of look.threads.values()) book(open, thread);
    open.reaped.push(...look.reaped);
    if (look.atMs - open.fromMs < windowMs) continue;
    yield closeWindow(open, look);
    open = openWindow(look);
  }
}

function openWindow({ atMs, threads, machine, cgroup, recorderMs }) {
  const base = new Map([...threads].map(([tid, thread]) => [tid, counters(thread)]));
  return { fromMs: atMs, base, seen: new Map(), reaped: [], machine, cgroup, recorderMs };
}

const counters = ({ pid, runNs, waitNs, slices, voluntary, involuntary }) => ({
  pid,
  runNs,
  waitNs,
  slices,
  voluntary,
  involuntary,
});

function book({ base, seen }, thread) {
  const { tid, pid, state } = thread;
  const key = `${pid}/${tid}`;
  const before = base.get(tid);
  const isNew = before === undefined || before.pid !== pid || before.runNs > thread.runNs;
  const entry = seen.get(key) ?? {
    tid,
    pid,
    worker: thread.worker,
    isNew,
    before: isNew ? undefined : before,
    looks: { R: 0, S: 0, D: 0, Z: 0, T: 0 },
    timedLooks: 0,
  };
  entry.looks[state] = (entry.looks[state] ?? 0) + 1;
  if (state !== 'R' && hasTimeout(thread)) entry.timedLooks++;
  entry.last = { ...thread };
  seen.set(key, entry);
}

const [POLL, SELECT, NANOSLEEP, EPOLL_WAIT, EPOLL_PWAIT] = [7, 23, 35, 232, 281];

/** A sleep that ends by itself. */
export function hasTimeout({ syscall, args, timeoutSeconds }) {
  if (timeoutSeconds !== null || syscall === NANOSLEEP) return true;
  if (syscall === POLL) return (args[2] & 0x80000000) === 0;
  if (syscall === EPOLL_WAIT || syscall === EPOLL_PWAIT) return (args[3] & 0x80000000) === 0;
  return syscall === SELECT && args[4] !== 0;
}

function closeWindow({ fromMs, seen, reaped, machine, cgroup, recorderMs }, look) {
  const threads = [...seen.values()].map(({ before, ...entry }) => {
    const { last } = entry;
    const change = (name) => last[name] - (before?.[name] ?? 0);
    return {
      ...entry,
      runMs: change('runNs') / 1e6,
      waitMs: change('waitNs') / 1e6,
      slices: change('slices'),
      voluntary: change('voluntary'),
      involuntary: change('involuntary'),
    };
  });
  const machineMs = Object.fromEntries(MACHINE.map((name) => [name, (look.machine[name] - machine[name]) * 10]));
  const quota = cgroup && {
    periods: look.cgroup.periods - cgroup.periods,
    throttledPeriods: look.cgroup.throttledPeriods - cgroup.throttledPeriods,
    throttledMs: (look.cgroup.throttledUs - cgroup.throttledUs) / 1000,
  };
  const own = threads.reduce((sum, { runMs }) => sum + runMs, look.recorderMs - recorderMs);
  const othersMs = Math.max(0, BUSY.reduce((sum, name) => sum + machineMs[name], 0) - own);
  const times = { fromMs, toMs: look.atMs, ms: look.atMs - fromMs };
  return { ...times, threads, machineMs, othersMs, cgroup: quota, reaped };
}
