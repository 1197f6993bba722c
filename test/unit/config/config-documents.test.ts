import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseConfigDocument } from '../../../src/config/config-document.ts';
import { parseJsonDocument } from '../../../src/config/json-document.ts';
import { OneprocpoolError } from '../../../src/errors.ts';

async function messageOf(file: string, text: string): Promise<string> {
  try {
    await parseConfigDocument(file, text);
  } catch (error) {
    assert.ok(error instanceof OneprocpoolError, String(error));
    assert.equal(error.code, 'CONFIG_INVALID');
    assert.ok(error.hint !== undefined);
    return error.message;
  }
  return assert.fail(`nothing was thrown for ${text}`);
}

describe('JSON', () => {
  test('is read like JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.constantFrom(undefined, 1, '\t'), (text, indent) => {
        const spaced = JSON.stringify(JSON.parse(text), null, indent);
        assert.deepEqual(parseJsonDocument('c.json', spaced, []).value, JSON.parse(text));
      }),
    );
  });

  test('is refused where JSON.parse refuses it, and where a key is there twice', () => {
    const jsonLike = fc.string({ unit: fc.constantFrom(...'{}[]",:10 -.eEtrue\\nul\n'.split('')), maxLength: 20 });
    fc.assert(
      fc.property(fc.oneof(jsonLike, fc.string()), (text) => {
        const read = (parse: () => unknown) => {
          try {
            return { value: parse() };
          } catch (error) {
            return String(error);
          }
        };
        const ours = read(() => parseJsonDocument('c.json', text, []).value);
        if (typeof ours === 'string' && ours.includes('is there twice')) return;
        const reference = read(() => JSON.parse(text));
        assert.equal(typeof ours, typeof reference, text);
        if (typeof ours === 'object') assert.deepEqual(ours, reference);
      }),
      { numRuns: 3000 },
    );
  });

  test('keeps a key called __proto__ a mere key', () => {
    const { value } = parseJsonDocument('c.json', '{"__proto__": {"a": 1}}', []);
    assert.deepEqual(Object.keys(value as object), ['__proto__']);
    assert.equal(({} as { a?: number }).a, undefined);
  });
});

describe('the place of a key', () => {
  const cases: [file: string, text: string, line: number][] = [
    ['c.json', '{\n  "a": 1,\n  "env": {\n    "B": true }\n}', 4],
    ['c.yaml', '# first\na: 1\nenv:\n  B: true\n', 4],
    ['c.yaml', '{a: 1,\n env: {\n\n B: true}}', 4],
    ['.oneprocpoolrc', '{\n  "a": 1,\n  "env": {\n    "B": true }\n}', 4],
    ['c.toml', 'a = 1\n\n[env]\nB = true\n', 4],
    ['c.toml', '\n\n\nenv.B = true\n', 4],
    ['c.toml', '\n\n\nenv = { B = true }\n', 4],
    ['pyproject.toml', '[project]\n[tool.oneprocpool]\n[ tool . "oneprocpool" . env ]\nB = true\n', 4],
    ['package.json', '{"name": "x",\n"oneprocpool": {\n"env":\n{"B": true}}}', 4],
  ];
  for (const [file, text, line] of cases) {
    test(`in ${file} ${JSON.stringify(text)} is line ${line}`, async () => {
      const document = await parseConfigDocument(file, text);
      assert.equal((document.value as { env: { B: boolean } }).env.B, true);
      assert.equal(document.lineOf(['env', 'B']), line);
    });
  }

  test('that is not there is that of its parent', async () => {
    assert.equal((await parseConfigDocument('c.json', '{\n"env": {}}')).lineOf(['env', 'B', 'C']), 2);
    assert.equal((await parseConfigDocument('c.yaml', '\nenv: {}')).lineOf(['env', 'B', 'C']), 2);
  });

  test('of an item in a list is its own', async () => {
    assert.equal((await parseConfigDocument('c.json', '{"l": [1,\n2,\n3]}')).lineOf(['l', 2]), 3);
    assert.equal((await parseConfigDocument('c.yaml', 'l:\n- 1\n- a: 1\n- 3')).lineOf(['l', 1]), 3);
  });
});

describe('a syntax error', () => {
  const cases: [file: string, text: string, message: string][] = [
    [
      'c.json',
      '{\n  "a": 1,\n  b: 2\n}',
      'Expected JSON, got an error in c.json line 3 column 3: expected a key in double quotes',
    ],
    ['c.json', '{"a": 1', 'Expected JSON, got an error in c.json line 1 column 8: expected `,` or `}`'],
    ['c.json', '', 'Expected JSON, got an error in c.json line 1 column 1: expected a value'],
    [
      'c.json',
      '{"a": 1}\n}',
      'Expected JSON, got an error in c.json line 2 column 1: expected nothing behind the value',
    ],
    [
      'c.json',
      '{"a": 1,\n "a": 2}',
      'Expected JSON, got an error in c.json line 2 column 2: the key `a` is there twice',
    ],
    ['c.json', '['.repeat(100_000), 'Expected JSON, got an error in c.json line 1 column 102: nested too deeply'],
    ['c.yaml', 'a: 1\n  b: 2\n', 'Expected YAML, got an error in c.yaml line 1 column 4: '],
    ['c.yaml', 'a: 1\na: 2\n', 'Expected YAML, got an error in c.yaml line 2 column 1: the key `a` is there twice'],
    ['c.yaml', 'env: &x\n  a: *x\n', 'Expected YAML, got an error in c.yaml line 2 column 6: &x contains itself'],
    ['c.yaml', '&a [1, *a]', 'Expected YAML, got an error in c.yaml line 1 column 8: &a contains itself'],
    ['c.yaml', 'a: 1\nb: *c\n', 'Expected YAML, got an error in c.yaml line 2 column 4: '],
    [
      'c.yaml',
      `x: &l {A: 1}\ny:\n${'- *l\n'.repeat(150)}`,
      'Expected YAML, got an error in c.yaml line 103 column 3: too many aliases, or too large ones: *l is number 101',
    ],
    ['c.yaml', '['.repeat(100_000), 'Expected YAML, got an error in c.yaml line 1 column '],
    ['c.toml', `a = ${'['.repeat(100_000)}`, 'Expected TOML, got an error in c.toml line 1 column '],
    ['c.json', '{"a": 1\0}', 'Expected JSON, got an error in c.json line 1 column 8: expected `,` or `}`'],
    ['c.toml', 'a = 1\0\n', 'Expected TOML, got an error in c.toml line 1 column 6: '],
    ...['c.json', 'c.yaml', 'c.toml'].map((file): [string, string, string] => [
      file,
      ' '.repeat(1024 * 1024 + 1),
      `config file too large: ${file} has more than 1 MiB`,
    ]),
    ['c.yml', 'a: !!js/function "f"\n', 'Expected YAML, got an error in c.yml line 1 column 4: '],
    ['.oneprocpoolrc', 'a: [1', 'Expected YAML, got an error in .oneprocpoolrc line 1 column 6: '],
    ['c.toml', 'a = 1\nb = \n', 'Expected TOML, got an error in c.toml line 2 column 5: '],
  ];
  for (const [file, text, message] of cases) {
    test(`says: ${message}`, async () => {
      const found = await messageOf(file, text);
      // What is wrong with YAML and TOML is in the words of their parsers.
      if (message.endsWith(' ')) assert.ok(found.startsWith(message) && /: .*[a-z].+$/.test(found), found);
      else assert.equal(found, message);
    });
  }

  test('is what a bomb of aliases is', async () => {
    const levels = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 9; level += 1)
      levels.push(`${'abcdefghi'[level]}: &${'abcdefghi'[level]} [${`*${'abcdefghi'[level - 1]}, `.repeat(9)}]`);
    assert.match(
      await messageOf('c.yaml', levels.join('\n')),
      /line 4 column \d+: too many aliases, or too large ones: \*c is number 19$/,
    );
  });

  test('is what a file of another kind is', async () => {
    assert.match(
      await messageOf('/x/oneprocpool.config.js', 'export default {}'),
      /ending in \.json, \.yaml, \.yml or \.toml, got `\/x\/oneprocpool\.config\.js`/,
    );
  });

  for (const file of ['c.json', 'c.yaml', 'c.toml', 'package.json', 'pyproject.toml']) {
    test(`in ${file} is the only thing that arbitrary text can cause`, async () => {
      const text = fc.oneof(
        fc.string(),
        fc.string({ unit: fc.constantFrom(...'{}[]"\':,=-&*!#|>? \n\ta1.'.split('')), maxLength: 40 }),
      );
      await fc.assert(
        fc.asyncProperty(text, async (source) => {
          try {
            const document = await parseConfigDocument(file, source);
            assert.ok(document.lineOf(['a', 0, 'b']) >= 1);
          } catch (error) {
            assert.ok(error instanceof OneprocpoolError && error.code === 'CONFIG_INVALID', String(error));
          }
        }),
        { numRuns: 1000 },
      );
    });
  }
});

describe('ten times as many keys take ten times as long, not a hundred times:', () => {
  const FORMS: readonly (readonly [file: string, write: (keys: readonly string[]) => string])[] = [
    ['c.json', (keys) => `{${keys.map((key) => `"${key}":1`).join()}}`],
    ['c.yaml', (keys) => keys.map((key) => `${key}: 1\n`).join('')],
    ['flow.yaml', (keys) => `{${keys.map((key) => `${key}: 1`).join()}}`],
    ['anchors.yaml', (keys) => keys.map((key) => `${key}: &${key} 1\n`).join('')],
    ['c.toml', (keys) => keys.map((key) => `${key} = 1\n`).join('')],
  ];
  for (const [file, write] of FORMS) {
    test(file, async () => {
      const cpuMs = async (count: number): Promise<number> => {
        const text = write(Array.from({ length: count }, (_, at) => `k${at}`));
        const before = process.cpuUsage();
        assert.equal(Object.keys((await parseConfigDocument(file, text)).value as object).length, count);
        const { user, system } = process.cpuUsage(before);
        return (user + system) / 1000;
      };
      // The first run compiles.
      await cpuMs(5000);
      const few = Math.max(1, await cpuMs(5000));
      const many = await cpuMs(50_000);
      assert.ok(many < 40 * few, `${few} ms for 5000 keys, ${many} ms for 50000`);
    });
  }
});

test('an alias stands for what has its anchor', async () => {
  const { value } = await parseConfigDocument('c.yaml', 'with: &l [go]\nwithout: *l\nx: &s 1\ny: *s\n');
  assert.deepEqual(value, { with: ['go'], without: ['go'], x: 1, y: 1 });
});

test('a byte order mark is no part of the text', async () => {
  assert.deepEqual((await parseConfigDocument('c.json', '\uFEFF{"a": 1}')).value, { a: 1 });
});

test('an empty YAML file is an empty config', async () => {
  assert.deepEqual((await parseConfigDocument('c.yaml', '# nothing\n')).value, {});
});

test('words that YAML 1.1 took for switches stay words', async () => {
  assert.deepEqual((await parseConfigDocument('c.yaml', 'verify: off\ncolor: no\n')).value, {
    verify: 'off',
    color: 'no',
  });
});
