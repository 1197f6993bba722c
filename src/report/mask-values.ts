/**
 * Hides values of environment variables wherever a text contains them, for example in the command line of a process
 * to which a shell has passed one on. Pure.
 */

export const MASK = '***';

/** Shorter values, and these, are no secrets, and hiding them would make a report unreadable. */
const MIN_LENGTH = 4;
const COMMON = new Set(['true', 'false', 'none', 'null', 'auto', 'spawn', 'fork', 'info', 'debug', 'warn', 'warning']);

/** What a command line shows as one blank. */
const BLANKS = /[\p{Cc}\p{Cf}\s]+/gu;
/** The end of a command line that was cut. */
const CUT = '…';

/** A function that replaces each of the values in a text; a value that was cut by `…` too. */
export function valueMasker(values: readonly string[]): (text: string) => string {
  const secrets = [...new Set(values.map((value) => value.replace(BLANKS, ' ').trim()))]
    .filter((value) => value.length >= MIN_LENGTH && !COMMON.has(value.toLowerCase()))
    .sort((one, other) => other.length - one.length);
  if (secrets.length === 0) return (text) => text;
  const pattern = new RegExp(secrets.map(patternOf).join('|'), 'gu');
  return (text) => maskCut(text.replace(pattern, MASK), secrets);
}

/** Only letters or only digits may be part of an ordinary word or figure: these count only where they stand alone. */
function patternOf(value: string): string {
  const pattern = value
    .split(' ')
    .map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`))
    .join(String.raw`[\p{Cc}\p{Cf}\s]+`);
  if (/^\p{L}+$/u.test(value)) return String.raw`(?<!\p{L})${pattern}(?!\p{L})`;
  return /^\d+$/.test(value) ? String.raw`(?<![\d.])${pattern}(?!\d)` : pattern;
}

function maskCut(text: string, secrets: readonly string[]): string {
  const parts = text.split(CUT);
  return parts.map((part, at) => (at === parts.length - 1 ? part : maskEnd(part, secrets))).join(CUT);
}

function maskEnd(part: string, secrets: readonly string[]): string {
  for (const secret of secrets) {
    for (let length = secret.length - 1; length >= MIN_LENGTH; length--) {
      if (part.endsWith(secret.slice(0, length))) return part.slice(0, -length) + MASK;
    }
  }
  return part;
}
