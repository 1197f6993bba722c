/**
 * A worker that failed right after its start may have failed because of a variable that oneprocpool set: its name
 * is said then, because the program's own message seldom has it. Uses `FilePort`.
 */
import type { Finding } from '../finding.ts';
import type { Host } from '../host/ports.ts';
import type { WorkerPlan } from '../plan/plan.ts';
import type { ControlVariable, LibraryPreset } from '../presets/preset.ts';
import type { GroupResult } from '../workers/group-result.ts';
import { findScript } from './script-text.ts';

/** Long enough for the imports of a large program on a busy machine. */
const EARLY_NS = 30_000_000_000n;
/** Statuses from here on mean a signal, or a command that could not be started. */
const FIRST_SPECIAL_STATUS = 125;

/** How a command line shows the language it runs; a language that is not here is taken for granted. */
const SIGNS: Readonly<Record<string, RegExp>> = {
  python: /python|pypy|\.pyz?\b|\b(?:pytest|jupyter|conda|mamba|uv|poetry|pdm|hatch|torchrun|snakemake)\b/,
};

export interface EarlyFailureInput {
  readonly host: Pick<Host, 'files' | 'system'>;
  readonly words: readonly string[];
  readonly group: Pick<GroupResult, 'firstFailure' | 'attempts' | 'interrupted'>;
  readonly workerOf: (index: number) => WorkerPlan;
  readonly presets: readonly LibraryPreset[];
}

/** One finding for the first failure of the run, or none. */
export function earlyFailureFindings({ host, words, group, workerOf, presets }: EarlyFailureInput): Finding[] {
  const { firstFailure } = group;
  if (firstFailure === null || group.interrupted) return [];
  const { index, exit } = firstFailure;
  const attempt = group.attempts[index]?.latest.at(-1);
  if (attempt === undefined || exit.kind !== 'exited' || exit.status >= FIRST_SPECIAL_STATUS) return [];
  const ranNs = attempt.endedNs - attempt.startedNs;
  if (ranNs > EARLY_NS) return [];
  const { set } = workerOf(index).env;
  const script = findScript(host.files, words, set['PATH'] ?? host.system.env['PATH'] ?? '');
  const text = [...words, script?.text ?? ''].join('\n');
  const risks = presets
    .filter(({ languages }) => languages.some((language) => SIGNS[language]?.test(text) ?? true))
    .flatMap(({ id, set: controls }) => controls.flatMap((control) => describeRisk(id, control, set)));
  if (risks.length === 0) return [];
  const seconds = (Number(ranNs) / 1e9).toFixed(1);
  return [
    {
      code: 'EARLY_FAILURE',
      severity: 'warning',
      message: `worker ${index} failed with status ${exit.status} after ${seconds} s; if it runs without oneprocpool, leave one out with --without: ${risks.join(', ')}`,
    },
  ];
}

/** `python-cpu-count (PYTHON_CPU_COUNT=1: os.cpu_count() - 1 is 0)` when the worker was given a risky value. */
function describeRisk(
  id: string,
  { variable, failure }: ControlVariable,
  set: Readonly<Record<string, string>>,
): string[] {
  const value = set[variable];
  if (failure === undefined || value === undefined || Number(value) > (failure.maxThreads ?? Infinity)) return [];
  return [`${id} (${variable}=${value}: ${failure.how})`];
}
