/** Which variables survive a shell, and which ones it adds by itself. Pure. */

const SHELL_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Variables that dash, bash or busybox sh set and export for themselves. */
const SET_BY_SHELLS = ['PWD', 'OLDPWD', 'SHLVL', '_'];

/** Whether every sh passes a variable of this name on. dash and busybox drop others, BASH_FUNC_module%% for example. */
export function isShellName(name: string): boolean {
  return SHELL_NAME.test(name);
}

/** Names among those that a shell adds by itself for which `isGiven` is false. */
export function addedByShells(isGiven: (name: string) => boolean): string[] {
  return SET_BY_SHELLS.filter((name) => !isGiven(name));
}
