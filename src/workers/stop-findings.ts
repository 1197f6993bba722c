/** What is said about processes that did not exit by themselves. Pure. */
import type { Finding } from '../finding.ts';
import type { NamedProcess } from './end-tree.ts';

/** Why there was SIGKILL: the time was over, or Ctrl-C asked for it. */
export type KillReason =
  { readonly kind: 'timeout'; readonly afterMs: number; readonly signal: NodeJS.Signals } | { readonly kind: 'ctrl-c' };

/** More would fill the screen. */
const MOST_LINES = 4;

/** @param workerOf index of the worker that is this process; `undefined` for what a worker has started. */
export function killedFinding(
  killed: readonly NamedProcess[],
  reason: KillReason,
  workerOf: (pid: number) => number | undefined,
): Finding[] {
  if (killed.length === 0) return [];
  const workers = killed.filter(({ pid }) => workerOf(pid) !== undefined);
  const others = killed.filter((process) => !workers.includes(process));
  const started = others.length === 0 ? '' : ` and ${counted(others.length, 'other process')}`;
  const what =
    workers.length > 0
      ? counted(workers.length, 'worker') + started
      : `${counted(others.length, 'process')} that outlived ${others.length === 1 ? 'its worker' : 'their worker'}`;
  const why =
    reason.kind === 'ctrl-c'
      ? `${killed.length === 1 ? 'was' : 'were'} killed at Ctrl-C`
      : `did not exit within ${durationText(reason.afterMs)} of ${reason.signal}; sent SIGKILL`;
  const lines = [...workers, ...others].map((process) => {
    const index = workerOf(process.pid);
    return index === undefined ? processText(process) : `worker ${index}: ${processText(process)}`;
  });
  return [
    {
      code: 'PROCESSES_KILLED',
      severity: 'warning',
      message: `${what} ${why}:\n${listed(lines)}`,
      ...(reason.kind === 'timeout' && { hint: hintOf(reason.afterMs, workers.length > 0) }),
    },
  ];
}

/** The same in one line, for what a worker has left behind before it is restarted. */
export function killedLine(index: number, killed: readonly NamedProcess[], afterMs: number, signal: string): string {
  const names = killed.slice(0, MOST_LINES).map(processText).join(', ');
  const more = killed.length > MOST_LINES ? ', ...' : '';
  const what = `${counted(killed.length, 'process')} that outlived worker ${index}`;
  const why = `did not exit within ${durationText(afterMs)} of ${signal} (--stop-timeout); sent SIGKILL`;
  return `${what} ${why}: ${names}${more}\n`;
}

function hintOf(afterMs: number, isOfWorkers: boolean): string {
  const longer = '`--stop-timeout` sets this time';
  return isOfWorkers || afterMs !== LEFTOVERS_OF_SUCCESS_MS ? longer : `${longer}, which is at most 2 s after status 0`;
}

/** The longest wait for what a run that succeeded has left behind, in milliseconds. */
export const LEFTOVERS_OF_SUCCESS_MS = 2_000;

/** What is worth saying about the processes that the workers left behind, but for those that were killed. */
export function leftoverFindings(askedCount: number, killedCount: number, left: readonly NamedProcess[]): Finding[] {
  if (left.length > 0) {
    return [
      {
        code: 'PROCESSES_LEFT',
        severity: 'warning',
        message: `${counted(left.length, 'process')} of the workers ${left.length === 1 ? 'is' : 'are'} still alive after SIGKILL:\n${listed(left.map(stuckText))}`,
        hint: 'they belong to another user, are frozen, or are blocked in the kernel; end them by hand',
      },
    ];
  }
  const endedCount = askedCount - killedCount;
  if (endedCount <= 0) return [];
  const message =
    endedCount === 1
      ? '1 process outlived its worker and was ended'
      : `${endedCount} processes outlived their worker and were ended`;
  return [{ code: 'ORPHANS_ENDED', severity: 'info', message }];
}

/** One line about workers that live on after SIGKILL. */
export function stuckLine(workers: readonly { readonly index: number; readonly process: NamedProcess }[]): string {
  const names = workers.map(({ index, process }) => `worker ${index}: ${stuckText(process)}`);
  return `waiting for ${counted(workers.length, 'worker')} still alive after SIGKILL: ${names.join('; ')}\n`;
}

/** Said at Ctrl-C, when all workers have exited. */
export function awaitedLine(processes: readonly NamedProcess[]): string {
  const outlived = `${counted(processes.length, 'process')} that outlived the workers`;
  const names = processes.slice(0, MOST_LINES).map(processText).join(', ');
  const more = processes.length > MOST_LINES ? ', ...' : '';
  return `waiting for ${outlived}: ${names}${more}; press Ctrl-C again to kill\n`;
}

/** `300 ms`, `2 s`, `1.5 s`. */
export function durationText(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${Number((milliseconds / 1000).toFixed(1))} s`;
}

export function processText({ name, pid }: NamedProcess): string {
  return `${oneLine(name)} (PID ${pid})`;
}

function stuckText(process: NamedProcess): string {
  const why = process.state === 'D' ? ', frozen or blocked in the kernel' : '';
  return `${oneLine(process.name)} (PID ${process.pid}, state ${process.state}${why})`;
}

/** A process may call itself anything. */
function oneLine(name: string): string {
  return name.replaceAll('\n', String.raw`\n`);
}

function listed(lines: readonly string[]): string {
  const more = lines.length - MOST_LINES;
  return more <= 1 ? lines.join('\n') : [...lines.slice(0, MOST_LINES), `and ${more} more`].join('\n');
}

function counted(count: number, singular: string): string {
  if (count === 1) return `1 ${singular}`;
  return `${count} ${singular.endsWith('s') ? `${singular}es` : `${singular}s`}`;
}
