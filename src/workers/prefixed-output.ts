/**
 * The output of all workers through us, line by line, each with the index of its worker; and, on request,
 * as it is into one file for each worker and stream. Uses `ByteSink`s and `ClockPort`.
 */
import type { Readable } from 'node:stream';
import type { Finding } from '../finding.ts';
import type { ByteSink, ClockPort } from '../host/ports.ts';
import { createLinePrefixer, createSharedPlace, type SharedPlace } from './line-prefixer.ts';
import { endOf, incomplete, isIncomplete, STALLED_MS, type LogFile } from './output-loss.ts';
import { startPump, type Pump, type PumpTarget } from './output-pump.ts';
import type { WorkerOutput } from './worker-output.ts';

/** By stream of a worker. */
interface ByStream<Value> {
  readonly stdout: Value;
  readonly stderr: Value;
}

export interface PrefixedOutputInput {
  readonly clock: ClockPort;
  /** Ours; one and the same sink when both lead to the same place. */
  readonly sinks: ByStream<ByteSink>;
  /** Files that get the bytes without prefix, by worker index; empty for none. */
  readonly files: readonly ByStream<LogFile>[];
  readonly prefixOf: (index: number, stream: 'stdout' | 'stderr') => string;
  /** A finding as it is said while the workers run. */
  readonly render: (finding: Finding) => string;
}

/** Between two looks whether the output is over, in milliseconds: short at first, because mostly it is. */
const FIRST_WAIT_MS = 1;
const LONGEST_WAIT_MS = 20;
/**
 * What the workers wrote can be read at once when they are gone. Somebody who holds the pipe open so long
 * without a word is a stranger to us, such as a daemon.
 */
const SILENCE_MS = 250;
export function createPrefixedOutput({ clock, sinks, files, prefixOf, render }: PrefixedOutputInput): WorkerOutput {
  const pumps = new Set<Pump>();
  const isOnePlace = sinks.stdout === sinks.stderr;
  const stdoutPlace = createSharedPlace();
  const places: ByStream<SharedPlace> = {
    stdout: stdoutPlace,
    stderr: isOnePlace ? stdoutPlace : createSharedPlace(),
  };
  const logs = files.flatMap(({ stdout, stderr }) => [stdout, stderr]);
  const standardSinks = [...new Set([sinks.stdout, sinks.stderr])];
  const allSinks = [...standardSinks, ...logs.map(({ sink }) => sink)];
  for (const log of logs) log.sink.onceGone(() => isIncomplete(log) && say(render(incomplete([log]))));

  function say(text: string): void {
    const words = createLinePrefixer('', places.stderr);
    sinks.stderr.write(words.push(Buffer.from(text)));
  }

  function start(index: number, name: 'stdout' | 'stderr', stream: Readable | undefined): void {
    if (stream === undefined) return;
    const { push, end } = createLinePrefixer(prefixOf(index, name), places[name]);
    const targets: PumpTarget[] = [{ sink: sinks[name], isVital: true, convert: push, atEnd: end }];
    const sink = files[index]?.[name].sink;
    // A log that cannot be written must not cost the worker its life, nor the other places their output.
    if (sink !== undefined)
      targets.push({ sink, isVital: false, convert: (bytes) => bytes, atEnd: () => Buffer.alloc(0) });
    const pump = startPump(stream, targets, () => pumps.delete(pump));
    pumps.add(pump);
  }

  function isUnderWay(): boolean {
    return pumps.size > 0 || allSinks.some((sink) => sink.pendingBytes > 0 && sink.goneBecause === null);
  }

  async function untilOver(mayGiveUp: () => boolean): Promise<void> {
    const progress = (): number =>
      [...pumps].reduce((sum, { readBytes }) => sum + readBytes, 0) +
      allSinks.reduce((sum, { writtenBytes }) => sum + writtenBytes, 0);
    let last = progress();
    let stillMs = 0;
    for (let waitMs = FIRST_WAIT_MS; isUnderWay(); waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      await clock.sleep(waitMs);
      const now = progress();
      stillMs = now === last ? stillMs + waitMs : 0;
      last = now;
      if (stillMs >= SILENCE_MS) for (const pump of pumps) if (!pump.isBlocked) pump.stop();
      if (stillMs >= STALLED_MS && mayGiveUp()) for (const sink of allSinks) sink.abandon();
    }
  }

  return {
    // Together in one pipe their order is kept.
    streamsOf: () => ({ stdout: 'pipe', stderr: isOnePlace && files.length === 0 ? 'stdout' : 'pipe' }),
    attach(index, { stdout, stderr }) {
      start(index, 'stdout', stdout);
      start(index, 'stderr', stderr);
    },
    say,
    get isGone() {
      return standardSinks.some(({ goneBecause }) => goneBecause !== null);
    },
    async finish(mayGiveUp) {
      await untilOver(mayGiveUp);
      return { ...endOf(standardSinks, logs), isLineOpen: places.stderr.unfinished !== null };
    },
  };
}
