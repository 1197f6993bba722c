/** Who has outlived the launcher. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { living, processesMarked } from '../support/processes.ts';
import type { RunningProgram } from '../support/run-program.ts';
import { readLog, stillLiving } from './worker-log.ts';

interface Run {
  readonly program: RunningProgram;
  readonly directory: string;
}

/** Between two looks a process may be started: only several in a row are believed. */
const LOOKS = 5;

/** PIDs of what is alive of the run now. */
export function survivors({ program, directory }: Run): number[] {
  // The launcher's own mark is in the environment of everything it has started.
  const marked = [...processesMarked(directory), ...processesMarked(`ONEPROCPOOL_RUN_ID=${program.pid}.`)];
  return [...new Set([...marked, ...stillLiving(readLog(directory))])];
}

/** PIDs of what is alive after `longestMs` at most: none as soon as the watchdog of a killed launcher is done. */
export async function untilEmpty(run: Run, longestMs: number): Promise<number[]> {
  const deadline = performance.now() + longestMs;
  for (let looks = 0; ;) {
    const left = [...survivors(run), ...watchdogsOf(run)];
    looks = left.length === 0 ? looks + 1 : 0;
    if (looks >= LOOKS || performance.now() > deadline) return left;
    await sleep(20);
  }
}

function watchdogsOf({ program }: Run): number[] {
  const pids = readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name));
  return living(pids.map(Number)).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`opp-watchdog\0${program.pid}.`);
    } catch {
      return false;
    }
  });
}
