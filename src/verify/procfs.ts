/**
 * Counters of processes and threads in /proc: `stat`, `schedstat`, `children`. Reads go through FilePort.
 * A process may vanish at any moment and old or emulated kernels leave files out: `undefined`, never a throw.
 * Source: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html and
 * https://docs.kernel.org/scheduler/sched-stats.html ("/proc/<pid>/schedstat")
 */
import type { FilePort } from '../host/ports.ts';

/** Clock ticks per second in `stat`: USER_HZ, 100 on every platform Node.js runs on. */
export const TICKS_PER_SECOND = 100;

export interface ProcessStat {
  readonly pid: number;
  /** Short name, at most 15 bytes. */
  readonly name: string;
  /** One letter: R running or waiting for a CPU, S, D, T, Z, X ... */
  readonly state: string;
  readonly parentPid: number;
  readonly groupId: number;
  readonly sessionId: number;
  /** CPU time of all its threads, ended ones included, in ticks. */
  readonly ownTicks: number;
  /** CPU time of children that ended and were waited for, with theirs, in ticks. */
  readonly childrenTicks: number;
  readonly threadCount: number;
  /** Ticks after boot; together with the pid it names one process for ever. */
  readonly startTicks: number;
  readonly residentPages: number;
}

/** Time of one thread since its start, in nanoseconds. */
export interface SchedStat {
  /** On a CPU. */
  readonly runNs: number;
  /** Runnable, but waiting for a CPU. */
  readonly waitNs: number;
}

/** Fields of `stat` that are read: up to 24 (rss) of proc_pid_stat(5). */
const LAST_FIELD = 24;
const SPACE = 32;
const ZERO = 48;
const NINE = 57;
const MINUS = 45;

/**
 * `undefined` for any text that is not such a line. The name may hold spaces and `)`: the last `)` ends it.
 * Negative numbers (no terminal, in an unused field) count as 0. Runs for each process in each pass.
 */
export function parseStat(text: string): ProcessStat | undefined {
  const open = text.indexOf(' (');
  const close = text.lastIndexOf(') ');
  const pid = Number(text.slice(0, open));
  if (open < 1 || close < open || !(pid > 0)) return undefined;
  const values: number[] = [];
  let at = close + 4;
  for (let field = 4; field <= LAST_FIELD; field++) {
    let value = 0;
    const negative = text.charCodeAt(at) === MINUS;
    if (negative) at++;
    const start = at;
    let code = text.charCodeAt(at);
    for (; code >= ZERO && code <= NINE; code = text.charCodeAt(++at)) value = value * 10 + (code - ZERO);
    if (at === start || (code !== SPACE && field < LAST_FIELD)) return undefined;
    values.push(negative ? 0 : value);
    at++;
  }
  const field = (number: number): number => values[number - 4] ?? 0;
  return {
    pid,
    name: text.slice(open + 2, close),
    state: text.charAt(close + 2),
    parentPid: field(4),
    groupId: field(5),
    sessionId: field(6),
    ownTicks: field(14) + field(15),
    childrenTicks: field(16) + field(17),
    threadCount: field(20),
    startTicks: field(22),
    residentPages: field(24),
  };
}

export function parseSchedStat(text: string): SchedStat | undefined {
  const match = /^(\d+) (\d+)/.exec(text);
  return match === null ? undefined : { runNs: Number(match[1]), waitNs: Number(match[2]) };
}

/** The pids in a `children` file; words that are not positive whole numbers are left out. */
export function parseChildren(text: string): number[] {
  return text
    .split(/\s+/)
    .filter((word) => /^[1-9]\d{0,9}$/.test(word))
    .map(Number);
}

/** The numbers among the names of a directory, for /proc (processes) and /proc/PID/task (threads). */
export function parseIds(names: readonly string[]): number[] {
  const ids: number[] = [];
  for (const name of names) {
    const id = Number(name);
    if (Number.isInteger(id) && id > 0) ids.push(id);
  }
  return ids;
}

/** `undefined` when the process is gone or hidden from us. */
export function readStat(files: FilePort, pid: number): ProcessStat | undefined {
  const text = files.readText(`/proc/${pid}/stat`);
  return text === undefined ? undefined : parseStat(text);
}

/** State letter of one thread; `undefined` when it is gone. */
export function readThreadState(files: FilePort, pid: number, tid: number): string | undefined {
  const text = files.readText(`/proc/${pid}/task/${tid}/stat`);
  return text === undefined ? undefined : text.charAt(text.lastIndexOf(')') + 2);
}

/** `undefined` when the thread is gone or the kernel keeps no such figures (CONFIG_SCHED_INFO). */
export function readSchedStat(files: FilePort, pid: number, tid: number): SchedStat | undefined {
  const text = files.readText(`/proc/${pid}/task/${tid}/schedstat`);
  return text === undefined ? undefined : parseSchedStat(text);
}

/** Thread ids of a process; empty when it is gone. */
export function readThreadIds(files: FilePort, pid: number): number[] {
  return parseIds(files.listDirectory(`/proc/${pid}/task`) ?? []);
}

/** Processes that one thread started; `undefined` when it is gone or without CONFIG_PROC_CHILDREN. */
export function readChildren(files: FilePort, pid: number, tid: number): number[] | undefined {
  const text = files.readText(`/proc/${pid}/task/${tid}/children`);
  return text === undefined ? undefined : parseChildren(text);
}
