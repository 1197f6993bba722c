/** What the chaos workers write down about themselves, and which of them are still there. */
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { living } from '../support/processes.ts';

export function readLog(directory: string): string[] {
  try {
    return readFileSync(join(directory, 'log'), 'utf8').split('\n');
  } catch {
    return []; // No worker has come so far.
  }
}

export function pidOf(directory: string, worker: number): number | undefined {
  const words = readLog(directory)
    .find((line) => line.startsWith(`up ${worker} `))
    ?.split(' ');
  return words === undefined ? undefined : Number(words[2]);
}

export function gotLine(worker: number, signal: NodeJS.Signals): string {
  return `got ${worker} ${constants.signals[signal]}`;
}

export function countOf(lines: readonly string[], wanted: string): number {
  return lines.filter((line) => line === wanted).length;
}

/** Processes of the log that live on: the same PID with the same start. */
export function stillLiving(lines: readonly string[]): number[] {
  const known = lines.flatMap((line) => {
    const [, pid, start] = /^(?:up \d+|proc) (\d+) (\d+)/.exec(line) ?? [];
    return pid === undefined ? [] : [{ pid: Number(pid), start }];
  });
  return living(known.map(({ pid }) => pid)).filter((pid) =>
    known.some((process) => process.pid === pid && process.start === startOf(pid)),
  );
}

function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
