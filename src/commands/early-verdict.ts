/**
 * Says the first excess while the workers run, once, and ends the run then under `--verify stop`. Uses the console for
 * its width.
 */
import type { OptionValues } from '../config/option-specs.ts';
import type { LibraryPreset } from '../presets/preset.ts';
import { renderFinding } from '../report/finding-text.ts';
import { OWN_PREFIX } from '../report/verdict-text.ts';
import type { SamplingResult, Verdict } from '../verify/measurement.ts';
import { EXCESS_CODES } from '../verify/verdict-words.ts';
import { judge } from '../verify/verdict.ts';
import type { CommandContext } from './command-context.ts';
import { styleFor } from './output-style.ts';
import type { PreparedPlan } from './prepare-plan.ts';

export interface EarlyVerdict {
  /** For the sampler, after each pass that found evidence. */
  readonly consider: (soFar: () => SamplingResult, presets: readonly LibraryPreset[]) => void;
  /** Takes the function that ends the run. */
  readonly onStoppable: (stop: () => void) => void;
  /** What was said; `undefined` when nothing was. */
  readonly said: Verdict | undefined;
  /** Ended the run. */
  readonly hasStopped: boolean;
}

/** What makes the run fail is an error, and is said even with `--quiet`. */
export function withSeverity(verdict: Verdict, verify: OptionValues['verify']): Verdict {
  if (verify !== 'fail' && verify !== 'stop') return verdict;
  const findings = verdict.findings.map((finding) =>
    EXCESS_CODES.includes(finding.code) ? { ...finding, severity: 'error' as const } : finding,
  );
  return { ...verdict, findings };
}

/** @param say writes between whole lines of the workers where their output passes through oneprocpool. */
export function createEarlyVerdict(
  { host, ownWords, words: command }: CommandContext,
  { options, plan }: PreparedPlan,
  say: (text: string) => void,
): EarlyVerdict {
  const { verify, quiet } = options;
  let said: Verdict | undefined;
  let isSettled = verify === 'off' || (quiet && verify !== 'stop');
  let hasStopped = false;
  let stop = (): void => undefined;
  return {
    consider(soFar, presets) {
      if (isSettled) return;
      const invocation = { ownWords, command };
      const verdict = judge({ sampling: soFar(), plan, presets, throttling: null, invocation });
      const first = verdict.findings.find(({ code }) => EXCESS_CODES.includes(code));
      if (verdict.outcome !== 'exceeded' || first === undefined) return;
      isSettled = true;
      hasStopped = verify === 'stop';
      if (!quiet) {
        said = withSeverity({ outcome: 'exceeded', findings: [first] }, verify);
        const text = said.findings.map((finding) =>
          renderFinding(finding, styleFor(host, 'stderr', options.color), OWN_PREFIX),
        );
        say(text.join('') + (hasStopped ? `${OWN_PREFIX}stopping the workers (--verify stop)\n` : ''));
      }
      if (hasStopped) stop();
    },
    onStoppable(end) {
      stop = end;
    },
    get said() {
      return said;
    },
    get hasStopped() {
      return hasStopped;
    },
  };
}
