/**
 * Receives the signals meant for the workers and carries out the policy. Uses `SignalPort`, `ProcessPort`
 * and procfs.
 */
import type { FilePort, ProcessPort, SignalPort } from '../host/ports.ts';
import type { OwnTerminal } from './own-terminal.ts';
import { parseProcessStat, type ProcessStat } from './process-stat.ts';
import {
  decideSignal,
  furtherSignals,
  HANDLED_SIGNALS,
  type HandledSignal,
  type SignalDecision,
} from './signal-policy.ts';

export interface SignalRelayInput {
  readonly signals: SignalPort;
  readonly processes: ProcessPort;
  readonly files: FilePort;
  readonly terminal: OwnTerminal;
  readonly ownPid: number;
  /** Numbers of the signals that were ignored when we were started: they stay without effect. */
  readonly ignoredSignals: readonly number[];
  /** We are PID 1: nobody but the workers can be meant by a signal. */
  readonly isInit: boolean;
  /** PIDs of the workers that run now. */
  readonly runningPids: () => number[];
  /** PIDs of what is awaited when all workers have exited: requests to end are passed on to it. */
  readonly leftoverPids: () => number[];
  readonly onEndRequest: (signal: HandledSignal) => void;
  /** SIGHUP was passed on to the workers. */
  readonly onHangUp: () => void;
  /** The terminal sent SIGINT to us and to the workers. */
  readonly onCtrlC: () => void;
}

/** Starts to receive. Returns the function that ends it. */
export function relaySignals(input: SignalRelayInput): () => void {
  const { signals, processes, files, terminal, ownPid } = input;
  const listeners = new Map<HandledSignal, () => void>();

  function readStat(pid: number): ProcessStat | undefined {
    const text = files.readText(`/proc/${pid}/stat`);
    return text === undefined ? undefined : parseProcessStat(text);
  }

  function concerns(pid: number, forwardTo: SignalDecision['forwardTo']): boolean {
    if (forwardTo === 'all' || forwardTo === 'none') return forwardTo === 'all';
    return (readStat(pid)?.state === 'T') === (forwardTo === 'stopped');
  }

  /** The default action decides whether we really stop: in an orphaned process group it does nothing. */
  function suspendOurselves(signal: HandledSignal): void {
    listeners.get(signal)?.();
    processes.signal(ownPid, signal);
    listen(signal);
  }

  function receive(signal: HandledSignal): void {
    if (input.ignoredSignals.includes(HANDLED_SIGNALS[signal])) return;
    const inForeground = terminal.isInForeground();
    if (inForeground && signal === 'SIGINT') input.onCtrlC();
    const decision = decideSignal(signal, inForeground, input.isInit);
    for (const pid of input.runningPids()) {
      if (concerns(pid, decision.forwardTo)) processes.signal(pid, signal);
    }
    if (signal === 'SIGHUP') input.onHangUp();
    if (decision.endsRun) {
      for (const pid of input.leftoverPids()) processes.signal(pid, signal);
      input.onEndRequest(signal);
    }
    if (decision.suspends) suspendOurselves(signal);
  }

  function listen(signal: HandledSignal): void {
    listeners.set(
      signal,
      signals.listen(signal, () => {
        receive(signal);
      }),
    );
  }

  for (const signal of Object.keys(HANDLED_SIGNALS) as HandledSignal[]) listen(signal);
  const further = (signals.hearsAll === true ? furtherSignals(input.isInit) : []).map((signal) =>
    signals.listen(signal, () => {
      for (const pid of input.runningPids()) processes.signal(pid, signal);
    }),
  );
  return () => {
    for (const unlisten of [...listeners.values(), ...further]) unlisten();
  };
}
