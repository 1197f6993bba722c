/**
 * The words for everything an overlay changes or leaves in the user's environment. Pure.
 */
import type { Finding } from '../finding.ts';

const LONGEST_SHOWN_VALUE = 60;
const MOST_SHOWN = 3;

/** `NAME=value` with the value quoted when it is not a plain word; long values are cut. */
export function assignment(name: string, value: string): string {
  const shown = value.length > LONGEST_SHOWN_VALUE ? `${value.slice(0, LONGEST_SHOWN_VALUE)}...` : value;
  return `${name}=${/^[\w.,:=+-]+$/.test(shown) ? shown : JSON.stringify(shown)}`;
}

function warning(code: string, message: string, hint: string): Finding {
  return { code, severity: 'warning', message, hint };
}

export const overlayFindings = {
  /** `byOuter`: the values are those that an outer oneprocpool wrote, which nobody has to be told. */
  lowered: (
    values: readonly (readonly [name: string, value: string])[],
    { to, byOuter, isLeast }: { to: string; byOuter: boolean; isLeast: boolean },
  ): Finding => {
    const shown = values.slice(0, MOST_SHOWN).map(([name, value]) => `\`${assignment(name, value)}\``);
    const rest = values.length - shown.length;
    const names = rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
    return {
      code: 'VALUE_LOWERED',
      severity: byOuter ? 'info' : 'warning',
      message: `${names} in the environment ${values.length === 1 ? 'is' : 'are'} lowered to ${to}, ${isLeast ? 'the least that a program needs' : 'the share of a worker'}`,
      hint: 'use `--inherit keep` to keep inherited values',
    };
  },
  repaired: (name: string, value: string, written: string): Finding =>
    warning(
      'VALUE_REPAIRED',
      `\`${assignment(name, value)}\` in the environment is not a plain whole number of at least 1; ${written} is written instead`,
      'correct it where it is set: some libraries stop on such a value',
    ),
  malformedRemoved: (name: string, value: string): Finding =>
    warning(
      'VALUE_REPAIRED',
      `\`${assignment(name, value)}\` in the environment is not a plain whole number of at least 1; the variable is removed`,
      'correct it where it is set: some libraries stop on such a value',
    ),
  replaced: (name: string, value: string, written: string): Finding => ({
    code: 'VALUE_REPLACED',
    severity: 'info',
    message: `\`${assignment(name, value)}\` in the environment is replaced by \`${assignment(name, written)}\``,
  }),
  overridden: (name: string, value: string, written: string): Finding =>
    warning(
      'VALUE_REPLACED',
      `\`${assignment(name, value)}\` in the environment is replaced by \`${assignment(name, written)}\``,
      'use `--inherit keep` to keep inherited values',
    ),
  keptAbove: (name: string, value: string, threads: number): Finding =>
    warning(
      'VALUE_ABOVE_SHARE',
      `\`${assignment(name, value)}\` is kept although a worker has ${threads} for it`,
      'use `--inherit cap` to lower it to the share',
    ),
  keptWord: (name: string, value: string, ours: string): Finding =>
    warning(
      'VALUE_KEPT',
      `\`${assignment(name, value)}\` in the environment is kept; \`${assignment(name, ours)}\` would be right here`,
      'use `--inherit replace` to write it',
    ),
  keptList: (name: string, ours: string): Finding =>
    warning(
      'OPTION_LIST_KEPT',
      `\`${name}\` in the environment is a list of options and is kept as it is; nothing is added to it`,
      `add \`${ours}\` to it yourself`,
    ),
  removed: (name: string, value: string, reason: string): Finding =>
    warning(
      'VARIABLE_REMOVED',
      `\`${assignment(name, value)}\` in the environment is removed: ${reason}`,
      'use `--inherit keep` to keep inherited values, or `--env` to set it deliberately',
    ),
  /** `off`: options or commands, each of which turns one of them off. */
  binding: (shown: readonly string[], off: readonly string[]): Finding =>
    warning(
      'BINDING_VARIABLE',
      `${shown.map((text) => `\`${text}\``).join(', ')} in the environment can bind the whole process to fewer CPUs than its share: OpenMP's own threads spread, all others stay on one CPU`,
      `turn it off with ${off.map((text) => `\`${text}\``).join(', ')}, or set it with --env to keep it without this warning`,
    ),
  harmfulKept: (name: string, value: string, reason: string): Finding =>
    warning(
      'HARMFUL_VARIABLE_KEPT',
      `\`${assignment(name, value)}\` is kept because of --inherit keep: ${reason}`,
      'use `--inherit cap` to remove it',
    ),
  /** A count of the application's own processes or threads, which only the application can judge. */
  poolAbove: (shown: string, presetId: string, threads: number): Finding =>
    warning(
      'VALUE_ABOVE_SHARE',
      `\`${shown}\` in the environment sizes the application's own pool above its share, which is ${threads}; it is left as it is`,
      `use \`--with ${presetId}\` to lower it to the share`,
    ),
  /** What is inherited as a ceiling of a count that oneprocpool writes. */
  underCeiling: (shown: string, name: string): Finding =>
    warning(
      'THREAD_LIMIT_INHERITED',
      `\`${shown}\` in the environment allows a worker fewer threads than its share; \`${name}\` follows it`,
      'remove it, or raise it to the share, to use all CPUs of a worker',
    ),
  userAbove: (name: string, value: string, threads: number): Finding =>
    warning(
      'VALUE_ABOVE_SHARE',
      `\`--env ${assignment(name, value)}\` is above the ${threads} that a worker has for it`,
      `use a value of at most ${threads}, or leave it to oneprocpool`,
    ),
  notApplicable: (presetId: string, name: string, threads: number, minThreads: number): Finding =>
    warning(
      'CONTROL_NOT_WRITTEN',
      `\`${name}\` of preset \`${presetId}\` is not written for ${threads} thread${threads === 1 ? '' : 's'}: fewer than ${minThreads} can stop a program for ever`,
      `give each worker at least ${minThreads} threads`,
    ),
} as const;
