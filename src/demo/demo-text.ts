/**
 * The result of the experiment for a person: a table with a bar for each run, and what it says. Pure.
 */
import { countOf } from '../report/quantities.ts';
import type { Style } from '../report/terminal-style.ts';
import { hangingIndent, padLeft, padRight } from '../report/text-layout.ts';
import type { Trial } from './setups.ts';
import type { SetupSummary } from './summary.ts';

export interface DemoResult {
  readonly schemaVersion: 1;
  readonly library: string;
  readonly work: string;
  /** Why the library is not NumPy; `null` when it is. */
  readonly standsIn: string | null;
  /** CPUs that this process may use, and which limit says so. */
  readonly cpus: { readonly budget: number; readonly decidedBy: string; readonly seenByProgram: number };
  readonly rounds: number;
  readonly setups: readonly SetupSummary[];
}

const LABEL_WIDTH = 22;
/** Columns of a line beside its bar: margin, label, figures, gap, ratio. */
const BESIDE_BAR = 2 + LABEL_WIDTH + 33 + 2 + 7;

/** A bar as wide as the terminal allows, 10 to 30 columns. */
function barWidth(style: Style): number {
  return Math.max(10, Math.min(30, style.columns - 1 - BESIDE_BAR));
}

function figures(trial: Trial): string {
  const orDash = (value: number | null, digits: number) => (value === null ? '-' : value.toFixed(digits));
  return [
    padLeft(`${trial.wallSeconds.toFixed(2)} s`, 9),
    padLeft(`${trial.cpuSeconds.toFixed(2)} s`, 9),
    padLeft(orDash(trial.peakThreads, 0), 8),
    padLeft(orDash(trial.peakDemandCpus, 1), 7),
  ].join('');
}

function renderSetup(setup: SetupSummary, longest: number, budget: number, style: Style): string[] {
  const line = (label: string, trial: Trial, paint: (text: string) => string) => {
    const bar = paint(style.bar(trial.wallSeconds / longest, barWidth(style)));
    return `  ${padRight(label, LABEL_WIDTH)}${figures(trial)}  ${bar}`;
  };
  const crowded = (setup.asItComes.peakDemandCpus ?? 0) > budget + 0.25;
  const ratio = `${setup.wallRatio.median.toFixed(2)}x`;
  return [
    style.bold(setup.label),
    line('as it comes', setup.asItComes, crowded ? style.warn : style.dim).trimEnd(),
    `${line(`oneprocpool${setup.pool === 'app' ? ' --pool app' : ''}`, setup.underOneprocpool, style.good)} ${ratio}`,
  ];
}

function percent(ratio: number): string {
  return `${Math.round(Math.abs(1 - ratio) * 100)} %`;
}

function conclusion(setup: SetupSummary, style: Style): string {
  const { median, min, max } = setup.wallRatio;
  const range = min === max ? `${min.toFixed(2)}x` : `${min.toFixed(2)}x to ${max.toFixed(2)}x`;
  const cpu = setup.cpuRatio.median <= 0.95 ? ` and ${percent(setup.cpuRatio.median)} less CPU time` : '';
  const text = {
    faster: `${percent(median)} less wall time${cpu} under oneprocpool (${range})`,
    slower: `${percent(median)} more wall time under oneprocpool (${range})`,
    'no-clear-difference': `no clear difference in wall time (${range})${cpu === '' ? '' : `, but${cpu.slice(4)}`}`,
  }[setup.outcome];
  return hangingIndent(`  ${padRight(`${setup.id}:`, 11)}`, text, style.columns);
}

function explanation({ cpus, setups }: DemoResult): string {
  const gains = setups.some(({ outcome }) => outcome === 'faster');
  const facts = `Demand is the number of threads that wanted a CPU at once (mean of the busiest second). Above ${countOf(cpus.budget, 'CPU')} they wait for each other.`;
  if (!gains)
    return `${facts} On this machine one pool instead of two made no run clearly faster; the more CPUs a machine has, or the smaller the quota of a container is, the more it matters.`;
  return `${facts} The more CPUs a machine has, or the smaller the quota of a container is, the more it costs.`;
}

function roundsText(rounds: number): string {
  if (rounds === 1)
    return 'one round only, because this machine is slow or busy: look at the direction, not at the digits.';
  return `medians of ${rounds} rounds, taken in turns; ratios within each round.`;
}

/** The whole text, ending with a newline; made for 80 columns and more. */
export function renderDemo(result: DemoResult, style: Style): string {
  const { cpus, setups } = result;
  const trials = setups.flatMap(({ asItComes, underOneprocpool }) => [asItComes, underOneprocpool]);
  const longest = Math.max(...trials.map(({ wallSeconds }) => wallSeconds));
  const seen = cpus.seenByProgram === cpus.budget ? '' : `; the program takes it for ${cpus.seenByProgram}`;
  const wrap = (text: string) => hangingIndent('', text, style.columns);
  const head = `  ${padRight('', LABEL_WIDTH)}${padLeft('wall', 9)}${padLeft('CPU', 9)}${padLeft('threads', 8)}${padLeft('demand', 7)}`;
  return [
    style.bold('Who controls parallelism?'),
    wrap(`${result.library}: ${result.work}.`),
    ...(result.standsIn === null ? [] : [wrap(`It stands in for NumPy: ${result.standsIn}.`)]),
    wrap(`Measured on ${countOf(cpus.budget, 'CPU')} (${cpus.decidedBy}${seen}); ${roundsText(result.rounds)}`),
    '',
    style.dim(head),
    ...setups.flatMap((setup) => renderSetup(setup, longest, cpus.budget, style)),
    '',
    ...setups.map((setup) => conclusion(setup, style)),
    '',
    wrap(explanation(result)),
    '',
  ].join('\n');
}
