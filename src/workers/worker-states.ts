/** What the states of all workers of a group say, by index. Pure. */
import type { WorkerExit } from '../host/ports.ts';
import type { WorkerState } from './worker.ts';

type States = readonly WorkerState[];

/** Index of each worker that runs, by PID. */
export function indicesByPid(states: States): Map<number, number> {
  return new Map(states.flatMap((state, index) => (state.phase === 'running' ? [[state.pid, index]] : [])));
}

export function runningPids(states: States): number[] {
  return [...indicesByPid(states).keys()];
}

/** Workers that have not exited for good. */
export function remainingCount(states: States): number {
  return states.filter(({ phase }) => phase !== 'ended').length;
}

/** Throws when a worker has not exited, which is a defect. */
export function exitsOf(states: States): WorkerExit[] {
  return states.map((state) => {
    if (state.phase !== 'ended') throw new Error(`a worker is ${state.phase} at the end of the run`);
    return state.exit;
  });
}
