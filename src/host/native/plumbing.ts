/** What a process is given as its descriptors 0 to 2. Uses the C library and `node:fs`. */
import { closeSync, openSync } from 'node:fs';
import { openForProcess } from '../open-for-writing.ts';
import type { SpawnRequest, StreamTarget } from '../ports.ts';
import { openHeldPipe, openPipe } from './pipe.ts';

export interface Plumbing {
  /** For the child: the numbers that its descriptors 0 to 2 come from; `null` for those that stay. */
  readonly sources: readonly (number | null)[];
  /** For oneprocpool alone. */
  readonly readEnds: readonly (number | undefined)[];
  /** To be closed when the child has them. */
  readonly lent: readonly number[];
  readonly tell?: (line: string) => boolean;
}

/** A pipe whose other end is closed, where there is no /dev/null: it is at its end, and takes nothing. */
function openHalfPipe(end: 'readEnd' | 'writeEnd'): number {
  const pipe = openPipe();
  closeSync(pipe[end === 'readEnd' ? 'writeEnd' : 'readEnd']);
  return pipe[end];
}

function openNothing(end: 'readEnd' | 'writeEnd'): number {
  try {
    return openSync('/dev/null', 'r+');
  } catch {
    return openHalfPipe(end);
  }
}

/** Throws the error of the system, and nothing stays open then. */
export function openPlumbing({ stdin, stdout, stderr }: SpawnRequest): Plumbing {
  const lent: number[] = [];
  const opened: number[] = [];
  const lend = (descriptor: number): number => {
    lent.push(descriptor);
    opened.push(descriptor);
    return descriptor;
  };
  const place = (target: StreamTarget): { source: number | null; readEnd?: number } => {
    if (target === 'inherit') return { source: null };
    if (target === 'ignore') return { source: lend(openNothing('writeEnd')) };
    if (target !== 'pipe') return { source: lend(openForProcess(target.appendTo)) };
    const { readEnd, writeEnd } = openPipe();
    opened.push(readEnd);
    return { source: lend(writeEnd), readEnd };
  };
  try {
    const input = stdin === 'ignore' ? lend(openNothing('readEnd')) : null;
    const out = place(stdout);
    const err = stderr === 'stdout' ? { source: out.source ?? 1 } : place(stderr);
    // Both ends stay open until oneprocpool ends, however that happens.
    const held = stdin === 'held' ? openHeldPipe() : undefined;
    return {
      sources: [held?.readEnd ?? input, out.source, err.source],
      readEnds: [out.readEnd, 'readEnd' in err ? err.readEnd : undefined],
      lent,
      ...(held && { tell: held.tell }),
    };
  } catch (error) {
    opened.forEach((descriptor) => {
      closeSync(descriptor);
    });
    throw error;
  }
}
