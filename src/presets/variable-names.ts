/**
 * Which names a preset or a user control may write or remove. Pure.
 */
import { OneprocpoolError, type ErrorCode } from '../errors.ts';

/** Portable names of environment variables. Source: POSIX.1-2024, Base Definitions 8.1 and 3.216 (Name). */
export const VARIABLE_NAME_PATTERN = '^[A-Za-z_][A-Za-z0-9_]*$';

/**
 * Names that decide what code a process loads or where it looks for things. A thread count never needs them,
 * and a configuration that was merely found must not be a way to run code.
 */
export const REFUSED_NAME_PATTERN =
  '^(LD_.*|DYLD_.*|PATH|CDPATH|IFS|ENV|BASH_ENV|BASHOPTS|SHELLOPTS|PS4|PROMPT_COMMAND|SHELL|HOME|PWD|OLDPWD|USER|LOGNAME' +
  '|TMPDIR|NODE_OPTIONS|NODE_PATH|PYTHONPATH|PYTHONHOME|PYTHONSTARTUP|PERL5LIB|PERL5OPT|RUBYLIB|RUBYOPT|CLASSPATH' +
  '|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|R_PROFILE|R_ENVIRON|R_LIBS|JULIA_LOAD_PATH|JULIA_DEPOT_PATH|GCONV_PATH' +
  '|GLIBC_TUNABLES|GIT_.*|ONEPROCPOOL_.*)$';

const variableName = new RegExp(VARIABLE_NAME_PATTERN);
const refusedName = new RegExp(REFUSED_NAME_PATTERN);

/** Whether the text is a portable name at all. */
export function isVariableName(name: string): boolean {
  return variableName.test(name);
}

/** Whether the variable may never be written or removed by a preset or a user control. */
export function isRefusedVariable(name: string): boolean {
  return refusedName.test(name);
}

/** Throws `code` when the name is not portable or is refused; `where` says which file and key it came from. */
export function checkControlName(name: string, where: string, code: ErrorCode = 'PRESET_INVALID'): void {
  if (!isVariableName(name)) {
    throw new OneprocpoolError(code, `Expected the name of an environment variable, got ${JSON.stringify(name)} (${where})`, {
      hint: 'a name has letters, digits and underscores and does not start with a digit',
    });
  }
  if (isRefusedVariable(name)) {
    throw new OneprocpoolError(code, `Expected a variable that bounds a thread pool, got \`${name}\` (${where})`, {
      hint: `\`${name}\` decides what code runs or belongs to oneprocpool; set it for one command with --env instead`,
    });
  }
}
