// Demand over time, from the steps of the simulator or from samples, and the label that follows from it. Pure.

const WINDOW_MS = 1000;
const SLIDE_MS = 50;
/** Measured demand of a program that is right at its share scatters by so much. */
export const TOLERANCE_CPUS = 0.15;
export const ABOVE_CPUS = 1;
export const ABOVE_SECONDS = 3;

/** Mean, the highest mean over a second, and how long it was at a level or above, in windows of a second. */
export function summarizeSteps(steps) {
  const curve = accumulate(steps);
  const endMs = steps.at(-1)[0];
  const windows = [];
  for (let fromMs = 0; fromMs + WINDOW_MS <= endMs + 1e-6; fromMs += SLIDE_MS) {
    windows.push({ fromMs, cpus: (curve(fromMs + WINDOW_MS) - curve(fromMs)) / WINDOW_MS });
  }
  return {
    mean: curve(endMs) / endMs,
    peak: windows.reduce((most, { cpus }) => Math.max(most, cpus), 0),
    secondsAt: (level) => secondsAt(windows, level),
  };
}

/** The integral of the steps as a function of time. */
function accumulate(steps) {
  const sums = [0];
  for (let i = 1; i < steps.length; i++) sums.push(sums[i - 1] + steps[i - 1][1] * (steps[i][0] - steps[i - 1][0]));
  return (atMs) => {
    let [low, high] = [0, steps.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (steps[middle][0] <= atMs) low = middle;
      else high = middle - 1;
    }
    return sums[low] + steps[low][1] * (atMs - steps[low][0]);
  };
}

/** How long it goes on that the second around each moment has at least this demand. */
function secondsAt(windows, level) {
  return (windows.filter(({ cpus }) => cpus >= level - 1e-6).length * SLIDE_MS) / 1000;
}

/** `above`: over the limit by a CPU or more for three seconds; `within`: never over it; `grey`: between, not judged. */
export function labelOf({ peak, secondsAt }, limitCpus) {
  if (secondsAt(limitCpus + ABOVE_CPUS) >= ABOVE_SECONDS) return 'above';
  return peak <= limitCpus + TOLERANCE_CPUS ? 'within' : 'grey';
}
