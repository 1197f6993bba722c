/**
 * File-name globs of presets: `*` any text, `?` one character. Pure.
 */

const SPECIAL = /[\\^$.+()[\]{}|]/g;
const compiled = new Map<string, RegExp>();

function compile(glob: string): RegExp {
  let pattern = compiled.get(glob);
  if (pattern === undefined) {
    const body = glob.replace(SPECIAL, '\\$&').replace(/\*+/g, '[^/]*').replace(/\?/g, '[^/]');
    // A glob with a slash matches the end of a path, from the start of a component on.
    pattern = new RegExp(glob.includes('/') && !glob.startsWith('/') ? `(?:^|/)${body}$` : `^${body}$`, 's');
    compiled.set(glob, pattern);
  }
  return pattern;
}

/**
 * Whether the whole text matches: case matters, `*` and `?` do not cross a `/`, every other character
 * stands for itself. A glob with a `/` inside matches path tails: `numexpr/interpreter.*.so` matches
 * `/usr/lib/numexpr/interpreter.x.so`.
 */
export function matchesGlob(glob: string, text: string): boolean {
  return compile(glob).test(text);
}

/** Whether the file at `path` matches: a glob without `/` is held against the base name, else against the path. */
export function matchesPath(glob: string, path: string): boolean {
  return matchesGlob(glob, glob.includes('/') ? path : path.slice(path.lastIndexOf('/') + 1));
}
