/**
 * Carries the bytes of one stream of a worker to their sinks, no faster than the slowest of them takes them.
 */
import type { Readable } from 'node:stream';
import type { ByteSink } from '../host/ports.ts';

export interface PumpTarget {
  readonly sink: ByteSink;
  /** Whether the stream ends with the sink; otherwise it goes on to the other sinks. */
  readonly isVital: boolean;
  readonly convert: (bytes: Buffer) => Buffer;
  /** What is still held back when the stream has ended. */
  readonly atEnd: () => Buffer;
}

export interface Pump {
  readonly isOver: boolean;
  /** Waits for a sink. */
  readonly isBlocked: boolean;
  /** So far. */
  readonly readBytes: number;
  /** Ends it as if the stream had ended. */
  stop(): void;
}

/** @param onOver called once, when the stream has ended or a vital sink is gone. */
export function startPump(stream: Readable, targets: readonly PumpTarget[], onOver: () => void): Pump {
  let isOver = false;
  let blockedCount = 0;
  let readBytes = 0;
  const subscriptions: (() => void)[] = [];

  function give({ sink }: PumpTarget, bytes: Buffer): void {
    if (bytes.length === 0 || sink.write(bytes) || isOver) return;
    blockedCount += 1;
    stream.pause();
    sink.onceReady(() => {
      blockedCount -= 1;
      if (blockedCount === 0) stream.resume();
    });
  }

  function end(): void {
    if (isOver) return;
    isOver = true;
    for (const forget of subscriptions) forget();
    for (const target of targets) give(target, target.atEnd());
    onOver();
  }

  function stop(): void {
    end();
    // The worker notices as it would without us: its next write fails, and SIGPIPE ends it.
    stream.destroy();
  }

  stream.on('data', (bytes: Buffer) => {
    readBytes += bytes.length;
    for (const target of targets) give(target, target.convert(bytes));
  });
  stream.once('end', end);
  stream.once('error', end);
  stream.once('close', end);
  for (const { sink, isVital } of targets) if (isVital) subscriptions.push(sink.onceGone(stop));
  return {
    get isOver() {
      return isOver;
    },
    get isBlocked() {
      return blockedCount > 0;
    },
    get readBytes() {
      return readBytes;
    },
    stop,
  };
}
