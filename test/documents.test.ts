/** What the documents say is true: commands, options, links, examples, and the form of the change log. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { COMMAND_NAMES } from '../src/config/option-spec.ts';
import { OPTIONS } from '../src/config/option-specs.ts';
import { anchors, codeBlocks, linkTargets, markedPart } from './support/markdown.ts';
import { PROGRAM, PROJECT_ROOT } from './support/project.ts';

function read(name: string): string {
  return readFileSync(join(PROJECT_ROOT, name), 'utf8');
}

const README = read('README.md');
const PACKAGE = JSON.parse(read('package.json')) as { scripts: Record<string, string>; version: string };
const DOCUMENTS = [
  ...readdirSync(PROJECT_ROOT).filter((name) => name.endsWith('.md')),
  'bench/README.md',
  ...(existsSync(join(PROJECT_ROOT, 'docs'))
    ? readdirSync(join(PROJECT_ROOT, 'docs'), { recursive: true }).map((name) => `docs/${String(name)}`)
    : []),
].filter((name) => name.endsWith('.md'));
const FLAGS = Object.values(OPTIONS).flatMap(({ flag, short, negatable }) => [
  `--${flag}`,
  ...(short === undefined ? [] : [`-${short}`]),
  ...(negatable ? [`--no-${flag}`] : []),
]);

/** Command lines of a program in the shell examples of a document, without comments. */
function shellLines(name: string, program: string): string[] {
  return codeBlocks(read(name))
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => text.split('\n'))
    .flatMap((line) => line.replace(/(^|\s)#.*$/, '').split(/&&|\$\(|\)/))
    .map((line) => line.replaceAll('"', '').trim())
    .filter((line) => line.split(' ')[0] === program);
}

/** The words of ours in `oneprocpool ...`: up to `--`. */
function ownFlags(line: string): string[] {
  const words = line.split(/\s+/).slice(1);
  const end = words.indexOf('--');
  return (end < 0 ? words : words.slice(0, end)).filter((word) => word.startsWith('-'));
}

describe('documents', () => {
  test('every npm command they give is a script of the package', () => {
    const missing = DOCUMENTS.flatMap((name) => shellLines(name, 'npm').map((line) => ({ name, line }))).filter(
      ({ line }) => {
        const [, verb = '', script = ''] = line.split(' ');
        if (['ci', 'install', 'pack'].includes(verb)) return false;
        return !((verb === 'run' ? script : verb) in PACKAGE.scripts);
      },
    );
    assert.deepEqual(missing, []);
  });

  test('README starts with the two commands for set-up, main job and tests, and CI runs the second', () => {
    const lines = codeBlocks(README)[0]
      ?.text.split('\n')
      .map((line) => line.replace(/\s+#.*$/, ''));
    assert.deepEqual(lines, ['npm ci && npm run demo', 'npm ci && npm test']);
    assert.match(read('.ci/run'), /^npm ci\b[^]*^npm test\b/m);
  });

  test('every option in an oneprocpool command line of an example exists', () => {
    const lines = DOCUMENTS.flatMap((name) => shellLines(name, 'oneprocpool'));
    assert.ok(lines.length >= 8, 'the examples were not found');
    const unknown = lines.flatMap((line) =>
      ownFlags(line)
        .filter((word) => !FLAGS.includes(word))
        .map((word) => `${word}: ${line}`),
    );
    assert.deepEqual(unknown, []);
  });

  test('the option table in README has every option', () => {
    const table = markedPart(README, 'options') ?? '';
    assert.deepEqual(
      Object.values(OPTIONS).flatMap(({ flag }) => (table.includes(`--${flag}`) ? [] : [flag])),
      [],
    );
  });

  test('README names every command and every exit status of ours', () => {
    const commands = COMMAND_NAMES.filter((name) => !README.includes(`\`${name}\``));
    const statuses = ['128 + n', '125', '126', '127'].filter((status) => !README.includes(`\n| ${status} |`));
    assert.deepEqual([...commands, ...statuses], []);
  });

  test('every link to a file or heading leads somewhere', () => {
    const broken = DOCUMENTS.flatMap((name) =>
      linkTargets(read(name))
        .filter((target) => !/^https?:/.test(target))
        .filter((target) => {
          const [path = '', heading] = target.split('#');
          const file = path === '' ? name : join(dirname(name), path);
          if (!existsSync(join(PROJECT_ROOT, file))) return true;
          return heading !== undefined && !anchors(read(file)).includes(`#${heading}`);
        })
        .map((target) => `${name}: ${target}`),
    );
    assert.deepEqual(broken, []);
  });

  const examples = codeBlocks(README).filter(({ before }) => /^`[\w.-]+`:$/.test(before));
  for (const { before, text } of examples) {
    test(`the example of ${before.slice(1, -2)} is a valid config`, (t) => {
      const directory = mkdtempSync(join(tmpdir(), 'oneprocpool-'));
      t.after(() => rmSync(directory, { recursive: true }));
      writeFileSync(join(directory, before.slice(1, -2)), text);
      const plan = spawnSync(PROGRAM, ['plan', '--json'], { cwd: directory, encoding: 'utf8' });
      assert.equal(plan.status, 0, plan.stderr);
      const { options } = JSON.parse(plan.stdout) as { options: Record<string, { origin: string }> };
      assert.match(options['workers']?.origin ?? '', /^file/);
    });
  }
  test('README has config examples', () => assert.equal(examples.length, 2));
});

describe('the change log', () => {
  const log = read('CHANGELOG.md');
  const headings = [...log.matchAll(/^## (.*)$/gm)].map(([, heading = '']) => heading);

  test('starts with what is not released, then versions with dates', () => {
    assert.match(log, /^# Changelog\n/);
    assert.equal(headings[0], '[Unreleased]');
    for (const heading of headings.slice(1)) assert.match(heading, /^\[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}$/);
  });

  test('has only the sections of Keep a Changelog, with one line for each change', () => {
    const kinds = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'];
    const body = log.slice(log.indexOf('\n## '));
    const wrong = body
      .split('\n')
      .filter((line) => !/^(## .*|- .*|\[.*\]: .*|)$/.test(line) && !kinds.includes(line.replace(/^### /, '')));
    assert.deepEqual(wrong, []);
  });
});

describe('the list of allowed skips', () => {
  const allowed = JSON.parse(read('test/allowed-skips.json')) as { name?: string; reason: string }[];

  test('names tests that are there, each with a reason', () => {
    const sources = readdirSync(join(PROJECT_ROOT, 'test'), { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => read(`test/${name}`))
      .join('\n');
    for (const { name, reason } of allowed) {
      if (name !== undefined) assert.ok(sources.includes(name), `no test is called ${name}`);
      assert.ok(reason.length > 20, `${name}: say why it may be skipped`);
    }
  });
});
