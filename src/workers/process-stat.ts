/** One line of `/proc/PID/stat`: who a process is, to whom it belongs, and what it ignores. Pure. */

export interface ProcessStat {
  readonly pid: number;
  /** Short name, cut by the kernel at 15 bytes. */
  readonly name: string;
  /** One letter: R, S, D, T (stopped), Z (zombie), X (dead), ... */
  readonly state: string;
  readonly parentPid: number;
  readonly processGroup: number;
  readonly session: number;
  /** Process group in the foreground of the controlling terminal; -1 without a terminal. */
  readonly foregroundGroup: number;
  /** Start in clock ticks since boot: with the PID it names one process for ever. */
  readonly startTicks: number;
  /** Bit n - 1 is set when signal n is ignored; signals 1 to 31 only. */
  readonly ignoredSignals: number;
  /** The same for blocked signals. */
  readonly blockedSignals: number;
}

/**
 * `undefined` when the text is not such a line.
 * Source: proc_pid_stat(5), man-pages 6.9; fields are numbered from 1 there.
 */
export function parseProcessStat(text: string): ProcessStat | undefined {
  // The name stands in parentheses and may itself hold blanks and parentheses.
  const nameStart = text.indexOf('(');
  const nameEnd = text.lastIndexOf(')');
  if (nameStart < 0 || nameEnd < nameStart) return undefined;
  const fields = text
    .slice(nameEnd + 1)
    .trim()
    .split(' ');
  const numberAt = (position: number): number => Number(fields[position - 3]);
  const stat = {
    pid: Number(text.slice(0, nameStart)),
    name: text.slice(nameStart + 1, nameEnd),
    state: fields[0] ?? '',
    parentPid: numberAt(4),
    processGroup: numberAt(5),
    session: numberAt(6),
    foregroundGroup: numberAt(8),
    startTicks: numberAt(22),
    ignoredSignals: numberAt(33),
    blockedSignals: numberAt(32),
  };
  const numbers = [stat.pid, stat.parentPid, stat.processGroup, stat.session, stat.foregroundGroup, stat.startTicks];
  return numbers.every((value) => Number.isSafeInteger(value)) && stat.pid > 0 ? stat : undefined;
}

/** Whether a process in this state can still do something. */
export function isAlive(stat: ProcessStat): boolean {
  return stat.state !== 'Z' && stat.state !== 'X' && stat.state !== 'x';
}

/** Whether the process is in the foreground of its terminal, so that the terminal's signals reach it and its group. */
export function isInForeground(stat: ProcessStat): boolean {
  return stat.foregroundGroup > 0 && stat.processGroup === stat.foregroundGroup;
}
