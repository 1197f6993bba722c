/**
 * Writing one value in the language of each environment format, so that its reader gets back exactly the
 * same text. A value that a format cannot hold is refused, never changed. Pure.
 */
import { OneprocpoolError } from '../errors.ts';

/** Needs no quotes in any of the languages below. */
const PLAIN = /^[\w./:@%+,-]+$/;
// Line breaks are the common trap; NUL cannot be in an environment at all.
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001F\u007F]/;

function refuse(format: string, name: string, why: string): never {
  throw new OneprocpoolError(
    'UNSUPPORTED',
    `Expected a value that the format \`${format}\` can hold, got ${JSON.stringify(name)} with ${why}`,
    {
      hint: `use --format sh or json, or leave the variable ${name} out`,
    },
  );
}

/** POSIX shell, XCU 2.2.2: everything is literal between single quotes, except a single quote. */
export function quoteSh(value: string): string {
  return PLAIN.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * csh and tcsh: literal between single quotes are all but `'`, `!` and a line break, and with `backslash_quote` set `\`.
 * Those stand outside behind a backslash; a line break has one between quotes. Source: tcsh(1), "Lexical structure".
 */
export function quoteCsh(value: string): string {
  const quoted = value.replaceAll(/[^\\'!\n]+|[\\'!\n]/g, (part) => {
    if (part === '\n') return `'\\\n'`;
    return /^[\\'!]$/.test(part) ? `\\${part}` : `'${part}'`;
  });
  return PLAIN.test(value) ? value : quoted || `''`;
}

/** fish: between single quotes only `\'` and `\\` mean something (fish 3 manual, "Quotes"). */
export function quoteFish(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
}

/**
 * PowerShell: a single quote is written twice, and the typographic single quotes count as single quotes.
 * Source: about_Quoting_Rules; CharExtensions.IsSingleQuote of the PowerShell source.
 */
export function quotePowershell(value: string): string {
  return `'${value.replaceAll(/['\u2018\u2019\u201A\u201B]/g, '$&$&')}'`;
}

/**
 * dotenv: `NAME=VALUE` bare when it is made of letters, digits and `_ . / : @ % + , -`, otherwise between
 * single quotes. The many readers agree on no more than this: what one of them would expand, unescape or
 * end early (`'`, `\`, `$`, a control character) is refused.
 */
export function quoteDotenv(name: string, value: string): string {
  if (PLAIN.test(value)) return value;
  if (CONTROL.test(value)) refuse('dotenv', name, 'a line break or control character');
  if (/['\\$]/.test(value))
    refuse('dotenv', name, "one of the characters ' \\ $, which dotenv readers treat differently");
  return `'${value}'`;
}

/** docker --env-file: everything after `=` up to the end of the line is literal; there is no quoting. */
export function quoteDocker(name: string, value: string): string {
  if (/[\r\n\0]/.test(value)) refuse('docker', name, 'a line break');
  return value;
}

/**
 * A YAML double-quoted scalar for `env[].value` of a Kubernetes container. JSON's escapes are YAML's; what
 * YAML calls unprintable is escaped too. Kubernetes expands `$(NAME)` and turns `$$` into `$`.
 * Source: https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
export function quoteKubernetes(value: string): string {
  return JSON.stringify(value.replaceAll('$', '$$$$')).replaceAll(
    /[\u007F-\u009F\u2028\u2029\uFEFF\uFFFE\uFFFF]/g,
    toUnicodeEscape,
  );
}

function toUnicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** A name in YAML: bare, unless YAML 1.1 would read it as a truth value or null (`NO`, `ON`, `Y`). */
export function quoteYamlName(name: string): string {
  return /^(?:y|n|yes|no|on|off|true|false|null)$/i.test(name) ? `"${name}"` : name;
}

/**
 * Kubernetes env file (`fileKeyRef`): always single quotes, everything between them is literal, line
 * breaks included, and there is no way to write a single quote.
 * Source: KEP-3721 "Support for env files", syntax of the beta (1.35).
 */
export function quoteKubernetesEnvFile(name: string, value: string): string {
  if (value.includes("'")) refuse('k8s-envfile', name, 'a single quote');
  if (value.includes('\r')) refuse('k8s-envfile', name, 'a carriage return');
  return `'${value}'`;
}

/**
 * One word of systemd's `Environment=`: C escapes between double quotes, `%` doubled against specifiers;
 * `$` is literal there. systemd drops values with control characters other than tab and newline.
 * Source: systemd.exec(5) "Environment=", systemd.syntax(7) "Quoting"; env_value_is_valid() of systemd.
 */
export function quoteSystemd(name: string, value: string): string {
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u0008\u000B-\u001F\u007F]/.test(value)) refuse('systemd', name, 'a control character');
  const escaped = value
    .replaceAll('\\', '\\\\')
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('\t', String.raw`\t`)
    .replaceAll(/[\u0080-\u009F\u2028\u2029]/g, toUnicodeEscape)
    .replaceAll('%', '%%');
  return `"${name}=${escaped}"`;
}

/**
 * A line or, with line breaks, a block of the file behind $GITHUB_ENV. The delimiter is a line that the
 * value does not hold.
 * Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions "Multiline strings"
 */
export function assignGithub(name: string, value: string): string {
  if (value.includes('\r')) refuse('github', name, 'a carriage return');
  if (!value.includes('\n')) return `${name}=${value}`;
  let delimiter = 'END_OF_VALUE';
  while (value.split('\n').includes(delimiter)) delimiter += '_';
  return `${name}<<${delimiter}\n${value}\n${delimiter}`;
}
