/** Environment formats, read back by their own reader or by its grammar written again from its documents. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parse as parseYaml } from 'yaml';
import { OneprocpoolError } from '../../../src/errors.ts';
import { ENV_FORMATS, renderEnvironment, type EnvFormat } from '../../../src/report/env-formats.ts';

const overlay = {
  set: { OMP_NUM_THREADS: '3', NOTE: "it's" },
  kept: { MKL_NUM_THREADS: '1' },
  unset: ['GOTO_NUM_THREADS', 'OMP_PLACES'],
};
const only = (value: string) => ({ set: { VALUE: value }, kept: {}, unset: [] });
const plainOverlay = { ...overlay, set: { OMP_NUM_THREADS: '3' } };

describe('the text of each format', () => {
  const expected: Record<EnvFormat, string> = {
    sh: 'export MKL_NUM_THREADS=1\nexport OMP_NUM_THREADS=3\nunset GOTO_NUM_THREADS OMP_PLACES\n',
    csh: 'setenv MKL_NUM_THREADS 1;\nsetenv OMP_NUM_THREADS 3;\nunsetenv GOTO_NUM_THREADS;\nunsetenv OMP_PLACES;\n',
    fish: "set -gx MKL_NUM_THREADS '1'\nset -gx OMP_NUM_THREADS '3'\nset -e GOTO_NUM_THREADS OMP_PLACES; or true\n",
    powershell:
      "$env:MKL_NUM_THREADS = '1'\n$env:OMP_NUM_THREADS = '3'\n" +
      'Remove-Item -ErrorAction Ignore Env:GOTO_NUM_THREADS\nRemove-Item -ErrorAction Ignore Env:OMP_PLACES\n',
    dotenv:
      'MKL_NUM_THREADS=1\nOMP_NUM_THREADS=3\n# not set, and to be removed where present: GOTO_NUM_THREADS OMP_PLACES\n',
    docker:
      'MKL_NUM_THREADS=1\nOMP_NUM_THREADS=3\n# not set, and to be removed where present: GOTO_NUM_THREADS OMP_PLACES\n',
    k8s:
      'env:\n  - name: MKL_NUM_THREADS\n    value: "1"\n  - name: OMP_NUM_THREADS\n    value: "3"\n' +
      '# not set, and to be removed where present: GOTO_NUM_THREADS OMP_PLACES\n',
    'k8s-envfile':
      "MKL_NUM_THREADS='1'\nOMP_NUM_THREADS='3'\n# not set, and to be removed where present: GOTO_NUM_THREADS OMP_PLACES\n",
    systemd:
      '[Service]\nEnvironment="MKL_NUM_THREADS=1"\nEnvironment="OMP_NUM_THREADS=3"\nUnsetEnvironment=GOTO_NUM_THREADS OMP_PLACES\n',
    github: 'MKL_NUM_THREADS=1\nOMP_NUM_THREADS=3\n',
    json:
      '{\n  "set": {\n    "OMP_NUM_THREADS": "3"\n  },\n  "kept": {\n    "MKL_NUM_THREADS": "1"\n  },\n' +
      '  "unset": [\n    "GOTO_NUM_THREADS",\n    "OMP_PLACES"\n  ]\n}\n',
  };
  for (const format of ENV_FORMATS) {
    test(format, () => {
      assert.equal(renderEnvironment(plainOverlay, format), expected[format]);
    });
  }
});

test('an overlay with nothing in it gives text that changes nothing', () => {
  const empty = { set: {}, kept: {}, unset: [] };
  assert.equal(renderEnvironment(empty, 'sh'), '');
  assert.deepEqual(parseYaml(renderEnvironment(empty, 'k8s')), { env: [] });
});

describe('what a format cannot hold is refused and named', () => {
  const cases: [EnvFormat, string, RegExp][] = [
    ['docker', 'a\nb', /format `docker`.*"VALUE" with a line break/],
    ['dotenv', 'a\nb', /format `dotenv`.*line break/],
    ['dotenv', 'a$b c', /format `dotenv`.*characters ' \\ \$/],
    ['k8s-envfile', "it's", /format `k8s-envfile`.*single quote/],
    ['systemd', 'bell\u0007', /format `systemd`.*control character/],
    ['github', 'a\rb', /format `github`.*carriage return/],
  ];
  for (const [format, value, message] of cases) {
    test(`${format}: ${JSON.stringify(value)}`, () => {
      assert.throws(
        () => renderEnvironment(only(value), format),
        (error: unknown) => {
          assert.ok(error instanceof OneprocpoolError);
          assert.match(error.message, message);
          assert.match(error.hint ?? '', /--format sh or json/);
          return true;
        },
      );
    });
  }
  for (const format of ENV_FORMATS.filter((name) => name !== 'json')) {
    test(`${format}: a name that could carry code`, () => {
      assert.throws(
        () => renderEnvironment({ set: { 'A;reboot': '1' }, kept: {}, unset: [] }, format),
        /got "A;reboot"/,
      );
      assert.throws(() => renderEnvironment({ set: {}, kept: {}, unset: ['A\nB'] }, format), /names of letters/);
    });
  }
});

/** Kubernetes' own expansion of `$(NAME)` and `$$` with no variables defined (third_party/forked/golang/expansion). */
function expandKubernetes(text: string): string {
  return text.replaceAll(/\$\$|\$\(([^)]*)\)/g, (match) => (match === '$$' ? '$' : ''));
}

const values = fc
  .oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({
      unit: fc.constantFrom(
        '$',
        '(',
        ')',
        "'",
        '"',
        '\\',
        '%',
        '\n',
        '#',
        ' ',
        'a',
        '`',
        '=',
        '\u2019',
        '\u0085',
        '{',
        '}',
        '<',
      ),
    }),
  )
  .filter((value) => !value.includes('\0'));

test('k8s: YAML and the expansion of $(NAME) give the same value back', () => {
  fc.assert(
    fc.property(values, (value) => {
      const parsed = parseYaml(renderEnvironment(only(value), 'k8s')) as { env: { name: string; value: string }[] };
      assert.equal(expandKubernetes(parsed.env[0]?.value ?? ''), value);
    }),
  );
});

test('k8s: names that YAML would take for a truth value stay names', () => {
  const text = renderEnvironment({ set: { NO: '1', y: '2', OMP_NUM_THREADS: '3' }, kept: {}, unset: [] }, 'k8s');
  const parsed = parseYaml(text, { version: '1.1' }) as { env: { name: string }[] };
  assert.deepEqual(
    parsed.env.map(({ name }) => name),
    ['NO', 'OMP_NUM_THREADS', 'y'],
  );
});

/** The file behind $GITHUB_ENV, after the runner's FileCommandManager. */
function readGithub(text: string): Record<string, string> {
  const read: Record<string, string> = {};
  const lines = text.split('\n');
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    if (line === '') continue;
    const equals = line.indexOf('=');
    const here = line.indexOf('<<');
    if (equals >= 0 && (here < 0 || equals < here)) {
      read[line.slice(0, equals)] = line.slice(equals + 1);
    } else {
      const end = lines.indexOf(line.slice(here + 2));
      assert.ok(here > 0 && end >= 0, `no value in: ${line}`);
      read[line.slice(0, here)] = lines
        .splice(0, end + 1)
        .slice(0, -1)
        .join('\n');
    }
  }
  return read;
}

test('github: any value without a carriage return comes back', () => {
  const awkward = fc
    .array(fc.constantFrom('END_OF_VALUE', 'END_OF_VALUE_', 'A=B', '<<', '', 'x'))
    .map((lines) => lines.join('\n'));
  fc.assert(
    fc.property(
      fc.oneof(values, awkward).filter((value) => !value.includes('\r')),
      (value) => {
        const text = renderEnvironment({ set: { VALUE: value, WORKERS: '2' }, kept: {}, unset: [] }, 'github');
        assert.deepEqual(readGithub(text), { VALUE: value, WORKERS: '2' });
      },
    ),
  );
});

/** Between single quotes everything is literal (KEP-3721); lines of comment and blank lines are skipped. */
test('k8s-envfile: a value without a single quote comes back, line breaks included', () => {
  fc.assert(
    fc.property(
      values.filter((value) => !/['\r]/.test(value)),
      (value) => {
        const text = renderEnvironment(only(value), 'k8s-envfile');
        assert.equal(/^VALUE='([^']*)'\n$/.exec(text)?.[1], value);
      },
    ),
  );
});

/** One word of a unit file, after systemd.syntax(7): C escapes in double quotes, then %% for a percent sign. */
function readSystemd(line: string): string {
  const inner = /^Environment="((?:[^"\\]|\\.)*)"$/.exec(line)?.[1];
  assert.ok(inner !== undefined, line);
  const unescaped = inner.replaceAll(/\\(?:u([0-9a-f]{4})|(.))/g, (_, code: string | undefined, letter: string) =>
    code === undefined ? ({ n: '\n', t: '\t' }[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16)),
  );
  assert.doesNotMatch(unescaped.replaceAll('%%', ''), /%/, 'a specifier is left');
  return unescaped.replaceAll('%%', '%');
}

test('systemd: a value without control characters comes back from one line of Environment=', () => {
  // eslint-disable-next-line no-control-regex
  fc.assert(
    fc.property(
      values.filter((value) => !/[\u0000-\u0008\u000B-\u001F\u007F]/.test(value)),
      (value) => {
        const [section, line, ...rest] = renderEnvironment(only(value), 'systemd').trimEnd().split('\n');
        assert.equal(section, '[Service]');
        assert.deepEqual(rest, []);
        assert.equal(readSystemd(line ?? ''), `VALUE=${value}`);
      },
    ),
  );
});

test('powershell: every kind of single quote is doubled, nothing else is touched', () => {
  fc.assert(
    fc.property(values, (value) => {
      const inner = /^\$env:VALUE = '([^]*)'\n$/.exec(renderEnvironment(only(value), 'powershell'))?.[1] ?? '';
      const quotes = /['\u2018-\u201B]/;
      for (let at = 0; at < inner.length; at += 1) {
        if (!quotes.test(inner[at] ?? '')) continue;
        assert.equal(inner[at + 1], inner[at]);
        at += 1;
      }
      assert.equal(inner.replaceAll(/(['\u2018-\u201B])\1/g, '$1'), value);
    }),
  );
});
