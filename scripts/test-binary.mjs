// Builds the executable for x64 and runs with it the tests that run the npm program.
// Usage: npm run test:binary [-- NAME...]   all of them, or only the files whose path contains one of the names
import { spawnSync } from 'node:child_process';

process.chdir(new URL('..', import.meta.url).pathname);
const EXECUTABLE = 'dist-binary/oneprocpool-linux-x64';
/** Not the images: they hold the executable in any case. */
const CONTAINERS = ['cgroup-v2', 'entrypoint', 'init', 'limits', 'numpy'].map((name) => `test/container/${name}`);
const words = process.argv.slice(2);
const named = words.length > 0 ? words : ['test/integration/', 'test/chaos/', ...CONTAINERS];

run('scripts/build-binary.mjs', ['linux-x64']);
run('scripts/test.mjs', named, {
  ONEPROCPOOL_TEST_PROGRAM: `${process.cwd()}/${EXECUTABLE}`,
  ONEPROCPOOL_TEST_OUT: 'dist/test-binary',
});

function run(script, words, env = {}) {
  const { status } = spawnSync(process.execPath, [script, ...words], {
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  if (status !== 0) process.exit(status ?? 1);
}
