/**
 * When the sampler wakes up: soon after something began, seldom while nothing changes. Pure.
 */

const FIRST_PASS_MS = 100;
const AFTER_GROWTH_MS = 500;
const BUSY_PASS_MS = 1000;
const CALM_PASS_MS = 2000;
const GROWTH = 1.5;
/** Trees that used less of a CPU than this since the last pass are calm. */
const CALM_CPUS = 0.01;

/** Uneven steps: bursts that come at a fixed rate must not hide between looks that do the same. */
const LOOK_STEPS_MS = [37, 53, 71, 43, 61];

export interface SamplingSchedule {
  /** Milliseconds until the next pass, before what the budget says. */
  readonly passMs: number;
  /** Takes in what the last pass saw and stretches or shortens the period. */
  passed(atMs: number, seen: { grown: boolean; cpuSeconds: number }): void;
  /** A worker was started: look soon. */
  restart(): void;
  /** Milliseconds until the next look for bursts. */
  nextLookMs(): number;
}

export function createSamplingSchedule(): SamplingSchedule {
  let passMs = FIRST_PASS_MS;
  let look = 0;
  let lastPassMs = 0;
  let lastCpuSeconds = 0;
  return {
    get passMs() {
      return passMs;
    },
    passed(atMs, { grown, cpuSeconds }) {
      const calm = cpuSeconds - lastCpuSeconds < ((atMs - lastPassMs) / 1000) * CALM_CPUS;
      [lastPassMs, lastCpuSeconds] = [atMs, cpuSeconds];
      const longest = calm ? CALM_PASS_MS : BUSY_PASS_MS;
      passMs = Math.min(longest, passMs * GROWTH);
      if (grown) passMs = Math.min(passMs, AFTER_GROWTH_MS);
    },
    restart() {
      passMs = FIRST_PASS_MS;
    },
    nextLookMs: () => LOOK_STEPS_MS[look++ % LOOK_STEPS_MS.length] ?? FIRST_PASS_MS,
  };
}
