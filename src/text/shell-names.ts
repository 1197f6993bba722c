/** Which variables survive a shell, and which ones it adds by itself. Pure. */

const SHELL_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Variables that dash, bash or busybox sh set and export for themselves. */
export const SET_BY_SHELLS: readonly string[] = ['PWD', 'OLDPWD', 'SHLVL', '_'];

/** Whether every sh passes a variable of this name on. dash and busybox drop others, BASH_FUNC_module%% for example. */
export function isShellName(name: string): boolean {
  return SHELL_NAME.test(name);
}

/** Variables whose value one of these shells sets or changes at its start, whatever it was given. */
const CHANGED_BY_SHELLS = ['BASHOPTS', 'IFS', 'LINENO', 'OPTIND', 'PPID', 'PS4', 'RANDOM', 'SHELLOPTS'];

/** Whether a variable that a sh was given reaches its programs as it was. The names of `bin/oneprocpool` are its own. */
export function survivesShells(name: string): boolean {
  return isShellName(name) && !CHANGED_BY_SHELLS.includes(name) && !name.startsWith('opp_');
}

/** Names among those that a shell adds by itself for which `isGiven` is false. */
export function addedByShells(isGiven: (name: string) => boolean): string[] {
  return SET_BY_SHELLS.filter((name) => !isGiven(name));
}
