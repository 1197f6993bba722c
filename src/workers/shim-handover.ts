/**
 * What the sh shim hands over in private variables, because JavaScript cannot find it out any more. Pure.
 * The other side is `bin/oneprocpool`.
 */
import { SET_BY_SHELLS } from '../text/shell-names.ts';

/**
 * - `exec`: the shim waits for sh text on stdout and will evaluate it.
 * - `run`: the shim has made way for this process.
 * - `init`: the shim stays as PID 1 and reaps; it passes signals on to this process.
 * - `none`: started without the shim.
 */
export type ShimMode = 'exec' | 'run' | 'init' | 'none';

/** What the JavaScript runtime changed in itself at its start, and a worker must not inherit. */
export interface InheritedState {
  /** Soft limit of open files as it was before the runtime raised it; `null` = nothing to restore. */
  readonly softOpenFiles: number | null;
  /** Soft limit of address space in KiB, which the shim raised for the runtime; `null` = nothing to restore. */
  readonly softMemoryKib: number | null;
  /** Numbers of the signals that were ignored (by nohup, or by a shell without job control), up to 31: no runtime touches others. */
  readonly ignoredSignals: readonly number[];
  /** Numbers of the signals that were blocked. */
  readonly blockedSignals: readonly number[];
  /** Open descriptors from 3 on, ascending: the runtime marks most of them to be closed in its children. */
  readonly descriptors: readonly number[];
  /** Those of 0 to 2 that were closed: the runtime opens `/dev/null` there. */
  readonly closed: readonly number[];
}

export interface ShimHandover {
  readonly mode: ShimMode;
  /** The environment as the shim found it: what the command is to inherit. */
  readonly env: Readonly<Record<string, string>>;
  readonly inherited: InheritedState;
}

/** Of a program that was started by nobody but itself, and needs none. */
export const NO_HANDOVER: Omit<ShimHandover, 'env'> = {
  mode: 'none',
  inherited: {
    softOpenFiles: null,
    softMemoryKib: null,
    ignoredSignals: [],
    blockedSignals: [],
    descriptors: [],
    closed: [],
  },
};

const PRIVATE_PREFIX = 'ONEPROCPOOL_SHIM';
/** Before the names of variables that the shim keeps away from this runtime, and that the workers get. */
const GIVEN_PREFIX = `${PRIVATE_PREFIX}_GIVEN_`;

/** Environment in the form of `/proc/PID/environ`; `undefined` when it could not be read. */
export function parseEnvironment(environ: string | undefined): Record<string, string> | undefined {
  return environ === undefined ? undefined : toVariables(environ.split('\0'));
}

function toVariables(lines: readonly string[]): Record<string, string> {
  const env: Record<string, string> = {};
  for (const line of lines) {
    const equals = line.indexOf('=');
    if (equals > 0) env[line.slice(0, equals)] = line.slice(equals + 1);
  }
  return env;
}

const SIGINT = 2;
const SIGQUIT = 3;

function parseMode(text: string | undefined): ShimMode {
  return text === 'exec' || text === 'run' || text === 'init' ? text : 'none';
}

/**
 * Lines of NAME=VALUE in which the shim wrote a newline as U+0001. `passed` are the variables that came to us by
 * themselves: only their values tell which of the two it was.
 */
function parseEnvironmentLines(text: string, passed: Readonly<Record<string, string>>): Record<string, string> {
  const written = toVariables(text.split('\n'));
  const restored = Object.entries(written).map(([name, value]) => {
    const isPassed = value.includes('\u0001') && name in passed;
    return [name, isPassed ? passed[name] : value.replaceAll('\u0001', '\n')] as [string, string];
  });
  return Object.fromEntries(restored);
}

function restoreWithheld(env: Readonly<Record<string, string>>): Record<string, string> {
  const restored = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith(PRIVATE_PREFIX)));
  for (const [name, value] of Object.entries(env))
    if (name.startsWith(GIVEN_PREFIX)) restored[name.slice(GIVEN_PREFIX.length)] = value;
  return restored;
}

/** All that there was; or, of a large environment, all that sh did not pass on as it was: the rest came by itself. */
function parseOriginal(env: Readonly<Record<string, string>>): Record<string, string> {
  const text = env[`${PRIVATE_PREFIX}_ENVIRON`] ?? '';
  const restored = restoreWithheld(env);
  const handedOver = parseEnvironmentLines(text, restored);
  if (env[`${PRIVATE_PREFIX}_SCOPE`] !== 'odd') return text === '' ? restored : handedOver;
  const passedOn = Object.entries(restored).filter(([name]) => !SET_BY_SHELLS.includes(name));
  return { ...Object.fromEntries(passedOn), ...handedOver };
}

function parseSoftLimit(text: string | undefined, readCurrent: () => number | null): number | null {
  const limit = /^[1-9][0-9]*$/.test(text ?? '') ? Number(text) : null;
  return limit === null || limit === readCurrent() ? null : limit;
}

/** @param mask in the form of `/proc/PID/status`. */
function parseSignals(mask = ''): number[] {
  if (!/^[0-9a-f]{1,16}$/.test(mask)) return [];
  const bits = BigInt(`0x${mask}`);
  return Array.from({ length: 64 }, (_, bit) => bit + 1).filter((signal) => ((bits >> BigInt(signal - 1)) & 1n) === 1n);
}

function parseIgnored(mask: string | undefined): number[] {
  const ignored = parseSignals(mask).filter((signal) => signal <= 31);
  // bash and busybox sh ignore SIGQUIT for themselves; whoever ignores it for others ignores SIGINT with it.
  return ignored.includes(SIGINT) ? ignored : ignored.filter((signal) => signal !== SIGQUIT);
}

function parseDescriptors(text: string | undefined): Pick<InheritedState, 'descriptors' | 'closed'> {
  const words = (text ?? '').split(' ').filter((word) => /^(?:0|[1-9][0-9]{0,3})$/.test(word));
  const open = words.map(Number).sort((a, b) => a - b);
  return {
    descriptors: open.filter((descriptor) => descriptor >= 3),
    closed: text === undefined ? [] : [0, 1, 2].filter((descriptor) => !open.includes(descriptor)),
  };
}

/** Soft limit of open files in `/proc/PID/limits`; `null` when it is unlimited or the text does not tell. */
export function parseOpenFilesLimit(limits: string): number | null {
  const digits = /^Max open files +([0-9]+) /m.exec(limits)?.[1];
  return digits === undefined ? null : Number(digits);
}

/**
 * @param env our own environment.
 * @param readOwnOpenFiles our own soft limit of open files, which the runtime may have raised; `null` = unknown.
 *   Asked for only when there is something to restore: reading it costs as much as reading the quota.
 */
export function readShimHandover(
  env: Readonly<Record<string, string>>,
  readOwnOpenFiles: () => number | null,
): ShimHandover {
  return {
    mode: parseMode(env[PRIVATE_PREFIX]),
    env: parseOriginal(env),
    inherited: {
      softOpenFiles: parseSoftLimit(env[`${PRIVATE_PREFIX}_NOFILE`], readOwnOpenFiles),
      softMemoryKib: parseSoftLimit(env[`${PRIVATE_PREFIX}_MEMORY`], () => null),
      ignoredSignals: parseIgnored(env[`${PRIVATE_PREFIX}_IGNORED`]),
      blockedSignals: parseSignals(env[`${PRIVATE_PREFIX}_BLOCKED`]),
      ...parseDescriptors(env[`${PRIVATE_PREFIX}_FDS`]),
    },
  };
}
