/**
 * A sampler whose own defects cost the measurement and nothing else: what it throws, in a call or in a
 * timer, ends the sampling and becomes a finding. Reads go through FilePort, time goes through ClockPort.
 */
import type { Finding } from '../finding.ts';
import type { SamplingResult } from './measurement.ts';
import { createSampler, type Sampler, type SamplerDeps } from './sampler.ts';

export interface GuardedSampler extends Sampler {
  /** What ended the sampling early; `undefined` when nothing did. */
  failure(): Finding | undefined;
}

const NOTHING_MEASURED: SamplingResult = {
  method: 'none',
  windowCount: 0,
  workers: new Map(),
  processes: [],
  trees: [],
};

/** Never throws, and neither do its timers. `create` makes the sampler that is guarded. */
export function createGuardedSampler(deps: SamplerDeps, create = createSampler): GuardedSampler {
  let failure: Finding | undefined;

  function attempt<Value>(work: () => Value): Value | undefined {
    return failure === undefined ? ask(work) : undefined;
  }

  function ask<Value>(work: () => Value): Value | undefined {
    try {
      return work();
    } catch (error) {
      failure ??= measuringStopped(error);
      return undefined;
    }
  }

  const clock: SamplerDeps['clock'] = {
    ...deps.clock,
    after: (delayMs, callback) => deps.clock.after(delayMs, () => attempt(callback)),
  };
  const sampler = attempt(() => create({ ...deps, clock }));
  return {
    addWorker: (...worker) => attempt(() => sampler?.addWorker(...worker)),
    start: () => attempt(() => sampler?.start()),
    // What was seen before a failure is still what has to be ended.
    seenProcesses: () => ask(() => sampler?.seenProcesses()) ?? [],
    onWorkerExit: (index) => attempt(() => sampler?.onWorkerExit(index)),
    // Half a measurement is no proof.
    stop: () => attempt(() => sampler?.stop()) ?? NOTHING_MEASURED,
    failure: () => failure,
  };
}

function measuringStopped(error: unknown): Finding {
  return {
    code: 'MEASURING_STOPPED',
    severity: 'warning',
    message: `The demand was not measured to the end because of a defect of oneprocpool (${String(error)}); the workers went on`,
    hint: 'please report it with the command line',
  };
}
