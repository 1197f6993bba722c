/**
 * Receives the signals meant for the workers and carries out the policy. Uses `SignalPort`, `ProcessPort`
 * and procfs.
 */
import type { ClockPort, FilePort, ProcessPort, SignalPort } from '../host/ports.ts';
import type { GroupWitness } from './group-witness.ts';
import type { OwnTerminal } from './own-terminal.ts';
import { parseProcessStat, type ProcessStat } from './process-stat.ts';
import { decideSignal, furtherSignals, HANDLED_SIGNALS, type HandledSignal } from './signal-policy.ts';

export interface SignalRelayInput {
  readonly signals: SignalPort;
  readonly processes: ProcessPort;
  readonly files: FilePort;
  readonly clock: ClockPort;
  readonly witness: Pick<GroupWitness, 'isThere' | 'hasSeen' | 'disregard'>;
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

/**
 * Two equal signals within this time are one, as two equal pending ones are for the kernel. `timeout` sends one to
 * oneprocpool and then one to the group, and systemd one to each process: on a busy machine the second comes some
 * milliseconds later. Nobody repeats a request so fast.
 * Source: https://git.savannah.gnu.org/cgit/coreutils.git/tree/src/timeout.c?h=v9.1 (`cleanup`).
 */
const SAME_SIGNAL_MS = 50;

/** Starts to receive. Returns the function that ends it. */
export function relaySignals(input: SignalRelayInput): () => void {
  const { signals, processes, files, clock, terminal, ownPid } = input;
  const underWay = new Set<HandledSignal>();
  const listeners = new Map<HandledSignal, () => void>();

  function readStat(pid: number): ProcessStat | undefined {
    const text = files.readText(`/proc/${pid}/stat`);
    return text === undefined ? undefined : parseProcessStat(text);
  }

  /** Those to whom a shell or the kernel has not sent it. */
  function passOn(signal: HandledSignal, forwardTo: 'stopped' | 'not-stopped'): void {
    for (const pid of input.runningPids()) {
      if ((readStat(pid)?.state === 'T') === (forwardTo === 'stopped')) processes.signal(pid, signal);
    }
  }

  /** To each once, also when it was sent to the whole group. */
  function passOnToAll(signal: HandledSignal, pids: readonly number[], isRequest: boolean): void {
    if (underWay.has(signal)) return;
    const sinceNs = clock.nowNs() - BigInt(SAME_SIGNAL_MS) * 1_000_000n;
    const hasGroupSeen = (): boolean => input.witness.hasSeen(HANDLED_SIGNALS[signal], sinceNs);
    const send = (isForGroup: boolean): void => {
      const ownGroup = readStat(ownPid)?.processGroup;
      const hasIt = (pid: number): boolean => isForGroup && readStat(pid)?.processGroup === ownGroup;
      const living = [...input.runningPids(), ...input.leftoverPids()];
      for (const pid of pids) if (living.includes(pid) && !hasIt(pid)) processes.signal(pid, signal);
    };
    const isSeen = hasGroupSeen();
    const isDecided = isSeen || !input.witness.isThere;
    if (isDecided) send(isSeen);
    // Without a witness the second one of a request may be that for the group; any other signal may be meant twice.
    if (isSeen || (isDecided && !isRequest)) return;
    underWay.add(signal);
    clock.after(SAME_SIGNAL_MS, () => {
      underWay.delete(signal);
      if (!isDecided) send(hasGroupSeen());
    });
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
    const { forwardTo, endsRun } = decision;
    const pids = [...input.runningPids(), ...(endsRun ? input.leftoverPids() : [])];
    if (forwardTo === 'all') passOnToAll(signal, pids, endsRun);
    else input.witness.disregard(HANDLED_SIGNALS[signal]);
    if (forwardTo === 'stopped' || forwardTo === 'not-stopped') passOn(signal, forwardTo);
    if (signal === 'SIGHUP') input.onHangUp();
    if (endsRun) input.onEndRequest(signal);
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
