/** The imports of a source file, read from its text. Pure. */

export interface ImportLine {
  /** What stands between the quotes. */
  readonly specifier: string;
  /** Read when the file is loaded: neither `import type` nor `import()`. */
  readonly atLoad: boolean;
}

const STATEMENT = /^\s*(?:import|export)\b(\s+type\b)?[^'"`;()]*?\bfrom\s*(['"])([^'"]+)\2/gm;
const BARE = /^\s*import\s*(['"])([^'"]+)\1/gm;
const CALL = /\bimport\(\s*(['"])([^'"]+)\1\s*\)/g;

/** All imports and re-exports, types included, in no order. Comments do not count. */
export function parseImports(source: string): ImportLine[] {
  const code = withoutComments(source);
  return [
    ...matches(code, STATEMENT).map((m) => ({ specifier: m[3] ?? '', atLoad: m[1] === undefined })),
    ...matches(code, BARE).map((m) => ({ specifier: m[2] ?? '', atLoad: true })),
    ...matches(code, CALL).map((m) => ({ specifier: m[2] ?? '', atLoad: false })),
  ];
}

function matches(code: string, pattern: RegExp): RegExpMatchArray[] {
  return [...code.matchAll(pattern)];
}

/** Takes comments out and leaves strings alone, which may hold `//`. */
function withoutComments(source: string): string {
  return source.replaceAll(
    /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
    (token) => (token.startsWith('/') ? '' : token),
  );
}
