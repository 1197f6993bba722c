/** A cgroup whose processes can be frozen, so that not even SIGKILL ends them. */
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from './wait-until.ts';

export interface Freezer {
  freeze(pid: number): void;
  thaw(): void;
  /** Thaws and kills what is in it. */
  remove(): Promise<void>;
}

/** Only in version 1: a frozen process of version 2 dies of SIGKILL. The reason when there is none here. */
export function createFreezer(): Freezer | string {
  const directory = join('/sys/fs/cgroup/freezer', `oneprocpool-test-${process.pid}-${Date.now()}`);
  try {
    mkdirSync(directory);
  } catch {
    return 'no freezer of cgroup v1 is writable here';
  }
  const set = (state: string): void => {
    writeFileSync(join(directory, 'freezer.state'), state);
  };
  const members = join(directory, 'cgroup.procs');
  return {
    freeze(pid) {
      writeFileSync(members, String(pid));
      set('FROZEN');
    },
    thaw: () => {
      set('THAWED');
    },
    async remove() {
      // Also after a failure: nobody can end what stays frozen.
      set('THAWED');
      for (const pid of readFileSync(members, 'utf8').split('\n').filter(Boolean)) process.kill(Number(pid), 'SIGKILL');
      await waitUntil(() => {
        rmdirSync(directory);
      });
    },
  };
}
