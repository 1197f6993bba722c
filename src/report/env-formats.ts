/**
 * The variables of one worker as text for a shell, a container, a service manager or a CI job. Pure.
 */
import { OneprocpoolError } from '../errors.ts';
import type { EnvironmentOverlay } from '../plan/plan.ts';
import * as quote from './env-quoting.ts';

export const ENV_FORMATS = [
  'sh',
  'csh',
  'fish',
  'powershell',
  'dotenv',
  'docker',
  'k8s',
  'k8s-envfile',
  'systemd',
  'github',
  'json',
] as const;
export type EnvFormat = (typeof ENV_FORMATS)[number];

type Assignments = readonly (readonly [name: string, value: string])[];

interface FormatWriter {
  /** The assignments, one or more lines each. */
  assign(assignments: Assignments): string[];
  /** Lines that remove the names; a comment where the format knows no removal; none where it knows neither. */
  remove(names: readonly string[]): string[];
}

const each = (line: (name: string, value: string) => string) => (assignments: Assignments) =>
  assignments.map(([name, value]) => line(name, value));
const asComment = (names: readonly string[]) => [`# not set, and to be removed where present: ${names.join(' ')}`];

const WRITERS: Readonly<Record<Exclude<EnvFormat, 'json'>, FormatWriter>> = {
  sh: {
    assign: each((name, value) => `export ${name}=${quote.quoteSh(value)}`),
    remove: (names) => [`unset ${names.join(' ')}`],
  },
  csh: {
    // Each line ends with `;`: eval joins what a command has written with blanks.
    assign: each((name, value) => `setenv ${name} ${quote.quoteCsh(value)};`),
    remove: (names) => names.map((name) => `unsetenv ${name};`),
  },
  fish: {
    assign: each((name, value) => `set -gx ${name} ${quote.quoteFish(value)}`),
    // `set -e` of a name that is not set prints nothing, but its status is 4.
    remove: (names) => [`set -e ${names.join(' ')}; or true`],
  },
  powershell: {
    assign: each((name, value) => `$env:${name} = ${quote.quotePowershell(value)}`),
    remove: (names) => names.map((name) => `Remove-Item -ErrorAction Ignore Env:${name}`),
  },
  dotenv: {
    assign: each((name, value) => `${name}=${quote.quoteDotenv(name, value)}`),
    remove: asComment,
  },
  docker: {
    assign: each((name, value) => `${name}=${quote.quoteDocker(name, value)}`),
    remove: asComment,
  },
  k8s: {
    assign: (assignments) => [
      assignments.length === 0 ? 'env: []' : 'env:',
      ...assignments.map(
        ([name, value]) => `  - name: ${quote.quoteYamlName(name)}\n    value: ${quote.quoteKubernetes(value)}`,
      ),
    ],
    remove: asComment,
  },
  'k8s-envfile': {
    assign: each((name, value) => `${name}=${quote.quoteKubernetesEnvFile(name, value)}`),
    remove: asComment,
  },
  systemd: {
    assign: (assignments) => [
      '[Service]',
      ...assignments.map(([name, value]) => `Environment=${quote.quoteSystemd(name, value)}`),
    ],
    remove: (names) => [`UnsetEnvironment=${names.join(' ')}`],
  },
  github: {
    assign: each(quote.assignGithub),
    // The file knows neither removal nor comments.
    remove: () => [],
  },
};

/** Formats in which a removal is an instruction and not only a comment. */
export const FORMATS_THAT_REMOVE: readonly EnvFormat[] = ['sh', 'csh', 'fish', 'powershell', 'systemd', 'json'];

/** Values with a meaning of their own in a shell (`export 'A=B'=1`, `unset -f`) cannot come in through a name. */
const NAME = /^[A-Za-z_]\w*$/;

/**
 * Text that gives a process the variables of `overlay`, ending with a newline. What the user had set and
 * we keep is written too: the text may be used where it is not set. Throws UNSUPPORTED for a value or a
 * name that the format cannot hold.
 */
export function renderEnvironment(overlay: EnvironmentOverlay, format: EnvFormat): string {
  if (format === 'json') {
    return `${JSON.stringify({ set: overlay.set, kept: overlay.kept, unset: overlay.unset }, null, 2)}\n`;
  }
  const assignments = Object.entries({ ...overlay.kept, ...overlay.set }).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const name of [...assignments.map(([wanted]) => wanted), ...overlay.unset]) {
    if (NAME.test(name)) continue;
    throw new OneprocpoolError(
      'UNSUPPORTED',
      `Expected names of letters, digits and \`_\` for the format \`${format}\`, got ${JSON.stringify(name)}`,
      { hint: 'use --format json, or leave the variable out' },
    );
  }
  const writer = WRITERS[format];
  const removals = overlay.unset.length === 0 ? [] : writer.remove(overlay.unset);
  const lines = [...writer.assign(assignments), ...removals];
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}
