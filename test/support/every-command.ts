/** Runs every command of the command table with a built program. A command that is new to the table is run by its name alone. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { COMMAND_SPECS } from '../../src/config/command-specs.ts';

/** Long beyond any of them, on a busy machine too: what takes longer hangs. */
const LONGEST_RUN_MS = 400_000;

interface Expectation {
  readonly words: readonly string[];
  readonly status: readonly number[];
  readonly stdout: RegExp;
}

const OWN_FAILURE = 125;

/** `directory` is empty, and removed afterwards. */
function expectationsIn(directory: string): Readonly<Record<string, Expectation>> {
  return {
    run: {
      words: ['run', '-w', '2', '--', 'sh', '-c', 'echo "$ONEPROCPOOL_WORKER_COUNT"'],
      status: [0],
      stdout: /^2\n2\n$/,
    },
    plan: { words: ['plan'], status: [0], stdout: /^Limits\n/ },
    env: { words: ['env'], status: [0], stdout: /OMP_NUM_THREADS/ },
    export: { words: ['export', 'sh'], status: [0], stdout: /^#!\/bin\/sh\n/ },
    // The npm package has nothing to install: it is not one file.
    install: { words: ['install', directory], status: [0, OWN_FAILURE], stdout: /^/ },
    presets: { words: ['presets'], status: [0], stdout: /numexpr/ },
    // The executable brings no program to measure where there is no NumPy.
    demo: { words: ['demo'], status: [0, OWN_FAILURE], stdout: /^$|Who controls parallelism\?/ },
    completion: { words: ['completion', 'bash'], status: [0], stdout: /oneprocpool/ },
  };
}

/** Defines a test for each command; `find` is called when the tests run. */
export function testEveryCommand(
  find: () => { file: string; env?: Readonly<Record<string, string | undefined>> },
): void {
  for (const name of Object.keys(COMMAND_SPECS)) {
    test(`command ${name}`, () => {
      const { file, env } = find();
      const directory = mkdtempSync(join(tmpdir(), 'oneprocpool-'));
      try {
        const { words, status, stdout } = expectationsIn(directory)[name] ?? {
          words: [name],
          status: [0, OWN_FAILURE],
          stdout: /^/,
        };
        const result = spawnSync(file, words, {
          cwd: directory,
          env: { ...(env ?? process.env), ONEPROCPOOL_DEMO_OFFLINE: '1', ONEPROCPOOL_DEMO_QUICK: '1' },
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'pipe'],
          timeout: LONGEST_RUN_MS,
          killSignal: 'SIGKILL',
        });
        assert.equal(result.signal, null, `it hangs\n${result.stdout}${result.stderr}`);
        assert.doesNotMatch(result.stderr, /^ +at |Unexpected:/m);
        assert.ok(status.includes(result.status ?? -1), `${result.status}: ${result.stderr}`);
        assert.match(result.stdout, stdout);
        if (result.status === OWN_FAILURE) assert.match(result.stderr, /^oneprocpool: .*\n\nhint: /m);
      } finally {
        rmSync(directory, { recursive: true });
      }
    });
  }
}
