/** A worker is what a shell would have started: a C program says what it inherited, and nothing may differ. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compileProgram, missingCompiler } from '../support/c-programs.ts';
import { findNode24 } from '../support/node24.ts';
import { IS_EXECUTABLE, PROGRAM } from '../support/project.ts';
import { runProgram } from '../support/run-program.ts';

/** What the starter of the launcher changed; `exec` makes way for it. */
const SETTINGS = {
  plain: '',
  'limits, masks, descriptors and directory': [
    `trap '' HUP PIPE XFSZ USR2`,
    'ulimit -Sn 777; ulimit -Ss 4096; ulimit -Hc 0',
    'umask 027; cd /usr; exec 3</dev/null 4>>/dev/null 7<>/dev/null',
    'set -- nice -n 3 env --block-signal=USR1,ALRM "$@"',
  ].join('; '),
  'closed streams and blocked real-time signals': 'exec <&- 2>&-; set -- env --block-signal=RTMIN+3,RTMAX,USR2 "$@"',
  'a large environment with names that no shell takes': [
    `set -- env my.key=1 opp_mode=mine 'BASH_FUNC_module%%=() {  eval 1\n}' PWD=/no/such/directory "$@"`,
    `LARGE="$(head -c 40000 /dev/zero | tr '\\0' x)"; export LARGE`,
  ].join('; '),
  'a small one of the kind that shells change': `set -- env my.key=1 IFS=x opp_mode=mine PPID=1 SHLVL=7 OPTIND=3 PWD=/no/such/directory "$@"`,
  'words and variables that are not UTF-8': [
    `export BAD="$(printf 'a\\377\\200\\201\\202\\210\\303 ')" 'LAST=\n' 'CONTROL=\u0001\n\u0002' "$(printf 'NAMED=x\\351')"`,
    `set -- env "$(printf 'my.key=\\300\\n\\n')" "$@" "$(printf '\\303\\050 %%s \\\\n $HOME "\\047\`')" '' "$(printf '\\200')" "$(printf '\\377\\n.')" '\u00e9\u{1f600}'`,
  ].join('; '),
  'every byte': `set -- "$@" "$(i=1; while [ $i -lt 256 ]; do printf "\\\\$(printf %o $i)"; i=$((i+1)); done)" end`,
};

/** Facts without those that differ on purpose: the variables of the plan. */
function facts(text: string, documented: ReadonlySet<string>): string[] {
  return text
    .split('\n')
    .filter((line) => {
      const variable = line.startsWith('env ')
        ? Buffer.from(line.slice(4), 'hex').toString('latin1').split('=')[0]
        : undefined;
      return (
        line !== '' && (variable === undefined || !(documented.has(variable) || variable.startsWith('ONEPROCPOOL_')))
      );
    })
    .sort();
}

async function documentedVariables(env: Record<string, string>): Promise<Set<string>> {
  const { stdout } = await runProgram(['plan', '-w', '3', '--json'], { env });
  const plan = JSON.parse(stdout) as { workers: { env: { set: object; unset: string[] } }[] };
  return new Set(plan.workers.flatMap((worker) => [...Object.keys(worker.env.set), ...worker.env.unset]));
}

const RUNTIMES = IS_EXECUTABLE
  ? { 'the executable': process.execPath }
  : { 'the Node that runs the tests': process.execPath, 'Node 24': findNode24() };

for (const [runtime, node] of Object.entries(RUNTIMES)) {
  const missing = missingCompiler() ?? (node === undefined ? 'Node 24 is not installed' : false);
  describe(`inherited state on ${runtime}`, { skip: missing, concurrency: 2 }, () => {
    const env = { ONEPROCPOOL_NODE: node ?? '' };
    for (const [name, setting] of Object.entries(SETTINGS)) {
      for (const form of [['--verify', 'off'], ['-q', '-w', '3'], ['--exec']]) {
        test(`${name}: ${form.join(' ')}`, async () => {
          const probe = compileProgram('inherited');
          const start = (launcher: readonly string[]): Promise<{ stdout: string; stderr: string }> => {
            const script = `set -- "$@"; ${setting}\nexec "$@"`;
            // The launcher comes first, the settings may put something in front of it and add words behind.
            return runProgram(['-c', script, 'sh', ...launcher, probe, 'a b', ''], { file: 'sh', env });
          };
          const documented = await documentedVariables(env);
          const bare = facts((await start([])).stdout, documented);
          const launched = await start([PROGRAM, ...form, '--']);
          assert.equal(launched.stderr, '');
          const seen = facts(launched.stdout, documented);
          // The input of the second worker and of those after it is empty.
          const workers = form.includes('-w') ? 3 : 1;
          const wanted = bare.flatMap((line) => Array.from({ length: workers }, () => line)).sort();
          assert.deepEqual(
            seen.filter((line) => !line.startsWith('descriptor 0 ')),
            wanted.filter((line) => !line.startsWith('descriptor 0 ')),
          );
          const input = bare.find((line) => line.startsWith('descriptor 0 '));
          if (input !== undefined) assert.ok(seen.includes(input));
          else assert.equal(seen.filter((line) => line.startsWith('descriptor 0 ')).length, workers - 1);
          assert.ok(bare.length > 40, 'the probe says less than it should');
        });
      }
    }
  });
}
