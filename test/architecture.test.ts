/** The rules of the source tree that no compiler checks: who may import what, and what stays out of the start. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import { describe, test } from 'node:test';
import { type ImportLine, parseImports } from './support/imports.ts';
import { PROJECT_ROOT } from './support/project.ts';

/** From low to high. A file imports from its own folder and from lower layers, never sideways or upwards. */
const LAYERS: readonly (readonly string[])[] = [
  ['errors.ts', 'finding.ts', 'worker-exit.ts', 'text', 'host/ports.ts'],
  ['config', 'limits', 'presets'],
  ['plan'],
  ['workers', 'verify'],
  ['report', 'export', 'tune'],
  ['demo'],
  ['commands'],
  ['cli'],
  ['main.ts', 'main-binary.ts', 'index.ts'],
];
/** Implementations of the ports: seen by the two entry files only, and seeing only ports, errors and text. */
const HOST = 'host';
const OUTSIDE_WORLD = /^(node:)?(fs|fs\/promises|child_process|os|net|dgram|worker_threads|cluster|http|https)$/;

/** Holds programs as text that other processes run: its imports are theirs. */
const PROGRAM_TEXTS = ['demo/node-programs.ts', 'demo/python-program.ts'];

/** Packages that build and tests need; the others are part of the program. */
const WORKSHOP = ['@types/node', 'ajv', 'esbuild', 'fast-check', 'typescript'];

const SOURCES = readdirSync(join(PROJECT_ROOT, 'src'), { recursive: true })
  .map(String)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
  .sort();
const TEXT = new Map(SOURCES.map((name) => [name, PROGRAM_TEXTS.includes(name) ? '/** Text. */' : readSource(name)]));
const IMPORTS = new Map([...TEXT].map(([name, text]) => [name, parseImports(text)]));

function readSource(name: string): string {
  return readFileSync(join(PROJECT_ROOT, 'src', name), 'utf8');
}

function partOf(name: string): string {
  if (LAYERS.some((parts) => parts.includes(name))) return name;
  return name.split('/')[0] ?? name;
}

function layerOf(name: string): number {
  return LAYERS.findIndex((parts) => parts.includes(partOf(name)));
}

function isRelative({ specifier }: ImportLine): boolean {
  return specifier.startsWith('.');
}

function target(from: string, { specifier }: ImportLine): string {
  return normalize(join(dirname(from), specifier));
}

/** `commander` for `commander`, `@scope/name` for `@scope/name/part`; `undefined` for our own and Node's modules. */
function packageOf({ specifier }: ImportLine): string | undefined {
  if (/^(\.|node:|bun:|oneprocpool:)/.test(specifier)) return undefined;
  const [first = '', second = ''] = specifier.split('/');
  if (builtinModules.includes(first)) return undefined;
  return first.startsWith('@') ? `${first}/${second}` : first;
}

function violations(judge: (name: string, line: ImportLine) => string | undefined): string[] {
  return [...IMPORTS].flatMap(([name, lines]) =>
    lines.flatMap((line) => {
      const words = judge(name, line);
      return words === undefined ? [] : [`src/${name} imports ${line.specifier}: ${words}`];
    }),
  );
}

function mayImport(from: string, to: string): string | undefined {
  const [own, other] = [partOf(from), partOf(to)];
  if (own === other) return undefined;
  if (own === HOST)
    return ['host/ports.ts', 'errors.ts', 'worker-exit.ts'].includes(to) || other === 'text'
      ? undefined
      : 'a port implementation sees ports, errors and text only';
  if (other === HOST)
    return layerOf(from) === LAYERS.length - 1 ? undefined : 'only the entry files choose implementations';
  if (layerOf(from) > layerOf(to)) return undefined;
  // The two entry files are one layer, and so are the files below every folder.
  return layerOf(from) === 0 && layerOf(to) === 0 ? undefined : `${own} stands below or beside ${other}`;
}

/** Everything that is loaded when `entry` is loaded, with the way to it. */
function loadedWith(entry: string): Map<string, string[]> {
  const ways = new Map<string, string[]>([[entry, [entry]]]);
  for (const [name, way] of ways) {
    for (const line of IMPORTS.get(name) ?? []) {
      if (!line.atLoad) continue;
      const next = isRelative(line) ? target(name, line) : line.specifier;
      if (!ways.has(next)) ways.set(next, [...way, next]);
    }
  }
  return ways;
}

describe('architecture', () => {
  test('every file belongs to a layer', () => {
    assert.deepEqual(
      SOURCES.filter((name) => layerOf(name) < 0 && partOf(name) !== HOST),
      [],
    );
  });

  test('every import between our files names a file that is there', () => {
    assert.deepEqual(
      violations((name, line) =>
        isRelative(line) && !existsSync(join(PROJECT_ROOT, 'src', target(name, line))) ? 'no such file' : undefined,
      ),
      [],
    );
  });

  test('imports go from higher layers to lower ones', () => {
    assert.deepEqual(
      violations((name, line) => (isRelative(line) ? mayImport(name, target(name, line)) : undefined)),
      [],
    );
  });

  test('files, processes and sockets are touched in src/host only', () => {
    assert.deepEqual(
      violations((name, { specifier }) =>
        OUTSIDE_WORLD.test(specifier) && partOf(name) !== HOST ? 'belongs behind a port' : undefined,
      ),
      [],
    );
  });

  test('modules of Node are named with node:', () => {
    assert.deepEqual(
      violations((_, { specifier }) => (builtinModules.includes(specifier) ? 'write node: before it' : undefined)),
      [],
    );
  });

  test('each npm package has exactly one importing file', () => {
    // All are devDependencies: the build puts them into the program, and whoever installs it fetches nothing else.
    const { devDependencies, ...rest } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    assert.ok(!('dependencies' in rest));
    const bundled = Object.keys(devDependencies).filter((name) => !WORKSHOP.includes(name));
    const importers = new Map<string, Set<string>>(bundled.map((name) => [name, new Set()]));
    for (const [name, lines] of IMPORTS) {
      for (const line of lines) {
        const found = packageOf(line);
        if (found !== undefined) importers.set(found, (importers.get(found) ?? new Set()).add(`src/${name}`));
      }
    }
    const wrong = [...importers].filter(([name, files]) => files.size !== 1 || !bundled.includes(name));
    assert.deepEqual(
      wrong.map(([name, files]) => `${name}: ${[...files].join(', ') || 'nobody'}`),
      [],
    );
  });

  test('a start loads no npm package', () => {
    assert.ok(existsSync(join(PROJECT_ROOT, 'src/main.ts')), 'src/main.ts is missing');
    const heavy = [...loadedWith('main.ts')].filter(
      ([name]) => packageOf({ specifier: name, atLoad: true }) !== undefined && !TEXT.has(name),
    );
    assert.deepEqual(
      heavy.map(([, way]) => way.join(' -> ')),
      [],
    );
  });

  test('nothing below main.ts prints or exits', () => {
    const pattern = /(?<![.\w])(console\.(log|error|warn|info|debug)\(|process\.(exit\(|stdout|stderr))/;
    assert.deepEqual(
      SOURCES.filter(
        (name) => !/^main(-binary)?\.ts$/.test(name) && partOf(name) !== HOST && pattern.test(TEXT.get(name) ?? ''),
      ),
      [],
    );
  });

  test('every file starts with what its concept is', () => {
    assert.deepEqual(
      SOURCES.filter((name) => !/^\/(\*\*|\/)/.test(TEXT.get(name) ?? '')),
      [],
    );
  });
});

describe('the reader of imports', () => {
  const cases: [string, ImportLine[]][] = [
    [`import { a } from './a.ts';`, [{ specifier: './a.ts', atLoad: true }]],
    [`import {\n  a,\n  b,\n} from './a.ts';`, [{ specifier: './a.ts', atLoad: true }]],
    [`import type { A } from './a.ts';`, [{ specifier: './a.ts', atLoad: false }]],
    [`export type { A } from './a.ts';`, [{ specifier: './a.ts', atLoad: false }]],
    [`export { a } from './a.ts';`, [{ specifier: './a.ts', atLoad: true }]],
    [`import './a.ts';`, [{ specifier: './a.ts', atLoad: true }]],
    [`const x = await import('execa');`, [{ specifier: 'execa', atLoad: false }]],
    [`type X = import('./a.ts').A;`, [{ specifier: './a.ts', atLoad: false }]],
    [`// import { a } from './a.ts';\n/* import './b.ts'; */\nconst url = 'https://x';`, []],
  ];
  for (const [source, expected] of cases) {
    test(`reads ${JSON.stringify(source)}`, () => assert.deepEqual(parseImports(source), expected));
  }
});
