/** Our controlling terminal, which sends its signals to us and to the workers. Uses `FilePort` (procfs). */
import type { FilePort } from '../host/ports.ts';
import { isInForeground, parseProcessStat, type ProcessStat } from './process-stat.ts';

export interface OwnTerminal {
  /** Whether there was one when this was created. */
  readonly wasThere: boolean;
  /** Whether there was one and it has hung up. */
  isGone(): boolean;
  /** Whether its keys (Ctrl-C, Ctrl-\, Ctrl-Z) reach us now: a job can go to the background. */
  isInForeground(): boolean;
}

export function createOwnTerminal(files: FilePort): OwnTerminal {
  const readOwn = (): ProcessStat | undefined => parseProcessStat(files.readText('/proc/self/stat') ?? '');
  const isThere = (): boolean => (readOwn()?.foregroundGroup ?? -1) > 0;
  const wasThere = isThere();
  return {
    wasThere,
    isGone: () => wasThere && !isThere(),
    isInForeground() {
      const own = readOwn();
      return own !== undefined && isInForeground(own);
    },
  };
}
