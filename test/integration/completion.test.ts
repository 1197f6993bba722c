import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { renderCompletion } from '../../src/commands/completion.ts';
import { OneprocpoolError } from '../../src/errors.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
let directory: string;

before(async () => {
  directory = mkdtempSync(join(tmpdir(), 'oneprocpool-completion-'));
  for (const shell of SHELLS)
    writeFileSync(join(directory, shell), await renderCompletion([shell], ['openblas', 'openmp', 'polars']));
});
after(() => rmSync(directory, { recursive: true, force: true }));

/** What each shell offers at the end of a line; the words of the line are separated by single blanks. */
const CASES: [line: string, offered: string[], notOffered: string[]][] = [
  ['oneprocpool --ver', ['--verify', '--verbose', '--version'], ['--workers']],
  ['oneprocpool --verify ', ['off', 'warn', 'fail'], ['plan', 'ls']],
  ['oneprocpool -w ', ['auto'], ['plan']],
  ['oneprocpool --with open', ['openblas', 'openmp'], ['polars']],
  ['oneprocpool pla', ['plan'], ['presets']],
  ['oneprocpool plan --ro', ['--root', '--round'], []],
  ['oneprocpool --ro', ['--round'], ['--root']],
  ['oneprocpool --no-', ['--no-fail-fast', '--no-config'], ['--no-json']],
  ['oneprocpool presets ', ['list', 'show', 'check'], ['plan']],
  ['oneprocpool -w 2 completion ', ['bash', 'zsh', 'fish'], []],
  ['oneprocpool env --format k', ['k8s', 'k8s-envfile'], ['sh']],
  ['oneprocpool plan -w 2 --cpus 1 --pool ', ['auto', 'libraries', 'app'], []],
  ['oneprocpool ls /us', ['/usr'], ['--uniform']],
  ['oneprocpool -- ls /us', ['/usr'], []],
  ['oneprocpool -- plan --ro', [], ['--root', '--round']],
  ['oneprocpool python3 --ver', [], ['--verify']],
  ['oneprocpool --report /us', ['/usr'], []],
];

/** `undefined` when the shell is not installed. */
function run(shell: string, script: string): string | undefined {
  const { status, stdout, stderr, error } = spawnSync(shell, [...(shell === 'bash' ? ['--norc'] : []), '-c', script], {
    cwd: '/',
    encoding: 'utf8',
    timeout: 20_000,
  });
  if (error !== undefined && 'code' in error && error.code === 'ENOENT') return undefined;
  assert.equal(status, 0, stderr);
  return stdout;
}

function check(
  line: string,
  found: readonly string[],
  offered: readonly string[],
  notOffered: readonly string[],
): void {
  for (const word of offered)
    assert.ok(found.includes(word), `${line}: ${word} is missing in ${found.slice(0, 20).join(' ')}`);
  for (const word of notOffered) assert.ok(!found.includes(word), `${line}: ${word} should not be offered`);
}

describe('bash', () => {
  for (const [line, offered, notOffered] of [
    ...CASES,
    ['oneprocpool --verify = w', ['warn'], ['off']],
    ['oneprocpool --verify =', ['off', 'warn', 'fail'], []],
  ] as typeof CASES) {
    test(`completes \`${line}\``, () => {
      const words = line
        .split(' ')
        .map((word) => `'${word}'`)
        .join(' ');
      const script = `source ${directory}/bash; COMP_WORDS=(${words}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _oneprocpool; printf '%s\\n' "\${COMPREPLY[@]}"`;
      check(line, run('bash', script)?.split('\n') ?? [], offered, notOffered);
    });
  }

  test('knows the function for the command', () => {
    assert.match(run('bash', `source ${directory}/bash; complete -p oneprocpool`) ?? '', /-F _oneprocpool oneprocpool/);
  });
});

describe('fish', () => {
  for (const [line, offered, notOffered] of CASES) {
    test(`completes \`${line}\``, (t) => {
      const found = run('fish', `source ${directory}/fish; complete -C'${line}'`);
      if (found === undefined) return t.skip('fish is not installed');
      // fish puts a slash behind directories and a description behind words.
      check(
        line,
        found.split('\n').map((row) => (row.split('\t', 1)[0] ?? '').replace(/(.)\/$/, '$1')),
        offered,
        notOffered,
      );
    });
  }
});

describe('zsh', () => {
  test('accepts the script, sourced and as a function', (t) => {
    const script = `source ${directory}/zsh`;
    const found = run(
      'zsh',
      `autoload -Uz compinit; compinit -u -D; ${script}; print $_comps[oneprocpool]; zsh -n ${directory}/zsh`,
    );
    if (found === undefined) return t.skip('zsh is not installed');
    assert.equal(found, '_oneprocpool\n');
  });
});

describe('completion for an unknown shell', () => {
  for (const [words, message] of [
    [['tcsh'], 'Expected `completion` to be followed by one of bash, zsh, fish, got `tcsh`'],
    [[], 'Expected `completion` to be followed by one of bash, zsh, fish, got none'],
    [['bash', 'zsh'], 'Expected `completion` to be followed by one of bash, zsh, fish, got `bash zsh`'],
  ] as [string[], string][]) {
    test(`says: ${message}`, async () => {
      await assert.rejects(
        renderCompletion(words),
        (error) =>
          error instanceof OneprocpoolError &&
          error.code === 'USAGE' &&
          error.message === message &&
          error.hint !== undefined,
      );
    });
  }
});
