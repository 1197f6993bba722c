/**
 * Where the stdout and stderr of the workers go. By default they are ours, and nothing of this program
 * stands between. Types, and the two ways that cost nothing while the workers run. Pure.
 */
import type { Finding } from '../finding.ts';
import type { SpawnedProcess, SpawnRequest } from '../host/ports.ts';

export interface WorkerOutput {
  /** What the worker is started with. */
  streamsOf(index: number): Pick<SpawnRequest, 'stdout' | 'stderr'>;
  /** Takes over what comes from a worker that was just started. */
  attach(index: number, started: Pick<SpawnedProcess, 'stdout' | 'stderr'>): void;
  /** Our own words, between whole lines of the workers. */
  say(text: string): void;
  /** Nobody takes the output any more: starting workers again makes no sense. */
  readonly isGone: boolean;
  /**
   * To be called when no worker is left. Resolves when everything is written; `mayGiveUp` is asked again and
   * again whether a reader that takes nothing need not be waited for any longer.
   */
  finish(mayGiveUp: () => boolean): Promise<OutputEnd>;
}

export interface OutputEnd {
  /** The rest was dropped because nobody took it. */
  readonly isCut: boolean;
  /** The rest could not be written. */
  readonly isLost: boolean;
  /** The last line where our own words go is not finished. */
  readonly isLineOpen: boolean;
  readonly findings: readonly Finding[];
}

/** Absolute or relative paths, by worker index. */
export interface OutputFiles {
  readonly stdout: string;
  readonly stderr: string;
}

export function outputFilesIn(directory: string, index: number): OutputFiles {
  const start = `${directory.replace(/(?<=.)\/+$/, '')}/worker-${index}`;
  return { stdout: `${start}.stdout.log`, stderr: `${start}.stderr.log` };
}

const NOTHING_PASSES_US = {
  attach: () => undefined,
  isGone: false,
  finish: () => Promise.resolve({ isCut: false, isLost: false, isLineOpen: false, findings: [] }),
};

/** The descriptors that we have ourselves. */
export function inheritedOutput(say: (text: string) => void): WorkerOutput {
  return { ...NOTHING_PASSES_US, say, streamsOf: () => ({ stdout: 'inherit', stderr: 'inherit' }) };
}

/** The workers write into their files by themselves. */
export function outputToFiles(files: readonly OutputFiles[], say: (text: string) => void): WorkerOutput {
  const streams = files.map(({ stdout, stderr }) => ({ stdout: { appendTo: stdout }, stderr: { appendTo: stderr } }));
  return {
    ...NOTHING_PASSES_US,
    say,
    streamsOf: (index) => streams[index] ?? { stdout: 'inherit', stderr: 'inherit' },
  };
}
