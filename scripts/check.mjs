// Everything about the source that can be checked without running it.
// Usage: npm run check [-- STEP...]   all steps, or only those named (types, lint, format, size, text, documents, architecture)
//        npm run format               lets linter, formatter and generator write what they can
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

process.chdir(new URL('..', import.meta.url).pathname);
const fix = process.argv.includes('--fix');
const wanted = process.argv.slice(2).filter((word) => word !== '--fix');

const LINES_LIMIT = 250;
const LINES_WATCHED = 150;
const TOOLS = 'tools/check/node_modules';
const tool = (name) => `${TOOLS}/${name}`;

/** Each step returns the lines of its complaints; a tool that prints its own returns one line. */
const STEPS = {
  types: () => run('tsc', ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json']),
  lint: () =>
    run('oxlint', [tool('oxlint/bin/oxlint'), '--type-aware', '--deny-warnings', ...(fix ? ['--fix'] : [])], {
      // The linter looks for its type-aware half on PATH.
      PATH: `${process.cwd()}/${TOOLS}/.bin:${process.env.PATH}`,
    }),
  format: () =>
    run('prettier', [tool('prettier/bin/prettier.cjs'), fix ? '--write' : '--check', '--log-level=warn', '.']),
  size: checkSizes,
  text: checkText,
  documents: () =>
    existsSync('scripts/generate.mjs') ? run('generate', ['scripts/generate.mjs', ...(fix ? [] : ['--check'])]) : [],
  architecture: () => run('architecture', ['scripts/test.mjs', 'architecture', 'documents.test']),
};

const unknown = wanted.filter((name) => !(name in STEPS));
if (unknown.length > 0) {
  console.error(`unknown step: ${unknown.join(', ')}; the steps are ${Object.keys(STEPS).join(', ')}`);
  process.exit(1);
}
installTools();
const failed = Object.keys(STEPS)
  .filter((name) => wanted.length === 0 || wanted.includes(name))
  .filter((name) => !passes(name));
if (failed.length > 0)
  console.error(`\ncheck failed: ${failed.join(', ')}${fix ? '' : ' (npm run format repairs the mechanical part)'}`);
process.exit(failed.length > 0 ? 1 : 0);

function passes(name) {
  const startedAt = performance.now();
  const complaints = STEPS[name]();
  for (const line of complaints) console.error(`${name}: ${line}`);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${complaints.length === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`);
  return complaints.length === 0;
}

/** Runs a JavaScript tool; what it says is shown only when it fails. */
function run(name, args, env = {}) {
  const result = spawnSync(process.execPath, args, { encoding: 'utf8', env: { ...process.env, ...env } });
  if (result.status === 0) return [];
  process.stderr.write(`${result.stdout}${result.stderr}`);
  return [`${name} ended with ${result.status ?? result.signal}`];
}

function checkSizes() {
  const sizes = trackedFiles('src/*.ts', 'bin/*').map((name) => ({ name, lines: read(name).split('\n').length - 1 }));
  const watched = sizes.filter(({ lines }) => lines > LINES_WATCHED && lines <= LINES_LIMIT);
  for (const { name, lines } of watched) console.log(`     ${name}: ${lines} lines; reconsider above ${LINES_WATCHED}`);
  return sizes
    .filter(({ lines }) => lines > LINES_LIMIT)
    .map(({ name, lines }) => `${name}: ${lines} lines; at most ${LINES_LIMIT}`);
}

/** What no tracked file may contain: it breaks on every other machine, or switches tests off for everyone. */
function checkText() {
  const rules = [
    { words: 'path of one machine', pattern: /(^|[^\w.-])\/(work|opt\/pypi|farm)\// },
    {
      words: 'download address of a package',
      pattern: /"resolved": *"https?:|--(extra-)?index-url[ =]http|--registry[ =]http|^registry *= *http/,
    },
    {
      words: 'a hint starts with a small letter; neither a hint nor a message ends with a period',
      pattern: /\bhint: *['"`][A-Z][a-z]|\b(hint|message): *(['"`]).*[^.]\.\2,?$/,
      below: 'src/',
    },
    {
      words: 'skip, only or todo (call t.skip with a reason)',
      pattern: /\b(test|it|describe)\.(skip|only|todo)\b/,
      below: 'test/',
    },
  ];
  return trackedFiles().flatMap((name) =>
    read(name)
      .split('\n')
      .flatMap((line, i) =>
        rules
          .filter(({ pattern, below }) => name.startsWith(below ?? '') && pattern.test(line))
          .map(({ words }) => `${name}:${i + 1}: ${words}`),
      ),
  );
}

/** Files that git tracks or would track. */
function trackedFiles(...patterns) {
  const result = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...patterns], {
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(`git ls-files failed: ${result.stderr ?? result.error}`);
  return result.stdout.split('\0').filter((name) => name !== '' && existsSync(name));
}

function read(name) {
  return readFileSync(name, 'utf8');
}

/** The root install stays small: linter and formatter come when they are first needed, or newly locked. */
function installTools() {
  const installed = `${TOOLS}/.package-lock.json`;
  if (existsSync(installed) && lockedVersions(installed) === lockedVersions('tools/check/package-lock.json')) return;
  console.log('installing linter and formatter below tools/check ...');
  const result = spawnSync('npm', ['ci', '--prefix', 'tools/check', '--no-audit', '--no-fund'], { stdio: 'inherit' });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

/** Names and versions in a lock file, without the binaries of other platforms. */
function lockedVersions(file) {
  const entries = Object.entries(JSON.parse(read(file)).packages);
  return JSON.stringify(entries.flatMap(([name, { version, optional }]) => (name && !optional ? [name, version] : [])));
}
