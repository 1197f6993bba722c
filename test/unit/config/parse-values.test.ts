import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  parseAssignment,
  parseCpuAmount,
  parseDurationMs,
  parseReserve,
  parseSwitch,
  parseWholeNumber,
} from '../../../src/config/parse-values.ts';
import { parseSignal } from '../../../src/config/signal-names.ts';

/** Text that looks like a number to JavaScript but is no amount. */
const NEVER_NUMBERS = [
  '',
  ' ',
  ' 1',
  '1 ',
  '-1',
  '+1',
  '1e3',
  '0x10',
  'NaN',
  'Infinity',
  '1_000',
  '1,5',
  '١',
  '1\n',
  '--',
  'one',
  '1..5',
  '1.',
];

function table<Value>(
  name: string,
  parse: (text: string) => Value | undefined,
  good: [string, Value][],
  bad: string[],
): void {
  describe(name, () => {
    for (const [text, value] of good) test(`takes \`${text}\``, () => assert.deepEqual(parse(text), value));
    for (const text of bad) test(`refuses ${JSON.stringify(text)}`, () => assert.equal(parse(text), undefined));
  });
}

table(
  'a whole number',
  (text) => parseWholeNumber(text, 4096),
  [
    ['1', 1],
    ['4096', 4096],
    ['10', 10],
  ],
  [...NEVER_NUMBERS, '0', '00', '01', '1.0', '4097', '9'.repeat(400)],
);

table(
  'an amount of CPUs',
  parseCpuAmount,
  [
    ['2', 2],
    ['2.0', 2],
    ['1.5', 1.5],
    ['.5', 0.5],
    ['0.001', 0.001],
    ['1500m', 1.5],
    ['1m', 0.001],
    ['02', 2],
    ['2.6666666666666665', 2.6666666666666665],
  ],
  [...NEVER_NUMBERS, '0', '0.0', '0m', '1.5m', 'm', '2 m', '1500M', '65537', '99999999999', `0.${'0'.repeat(400)}1`],
);

table(
  'a reserve',
  parseReserve,
  [
    ['1', { kind: 'cpus', cpus: 1 }],
    ['0', { kind: 'cpus', cpus: 0 }],
    ['500m', { kind: 'cpus', cpus: 0.5 }],
    ['10%', { kind: 'percent', percent: 10 }],
    ['0%', { kind: 'percent', percent: 0 }],
    ['12.5%', { kind: 'percent', percent: 12.5 }],
  ],
  [...NEVER_NUMBERS, '100%', '%', '-5%', '1e1%', '10 %', '10%%'],
);

table(
  'a duration',
  parseDurationMs,
  [
    ['10', 10_000],
    ['10s', 10_000],
    ['500ms', 500],
    ['2m', 120_000],
    ['1.5m', 90_000],
    ['24h', 86_400_000],
    ['0', 0],
    ['0.5', 500],
  ],
  [...NEVER_NUMBERS, '10 s', '25h', 's', '10sec', '1d', '1m30s', '99999999999'],
);

table(
  'a signal',
  parseSignal,
  [
    ['SIGTERM', 'SIGTERM'],
    ['TERM', 'SIGTERM'],
    ['term', 'SIGTERM'],
    ['15', 'SIGTERM'],
    ['2', 'SIGINT'],
    ['sigquit', 'SIGQUIT'],
    ['SIGWINCH', 'SIGWINCH'],
  ],
  ['', '0', '-9', '10', '64', 'SIG', 'SIGSIGTERM', 'SIGSTOP', 'TERMINATE', '15 ', 'constructor', '__proto__'],
);

table(
  'an assignment',
  parseAssignment,
  [
    ['A=1', ['A', '1']],
    ['A=', ['A', '']],
    ['A=b=c', ['A', 'b=c']],
    ['_a9=x y', ['_a9', 'x y']],
  ],
  ['', 'A', '=1', '9A=1', 'A-B=1', 'A B=1', ' A=1', 'A=\0'],
);

table(
  'a switch',
  parseSwitch,
  [
    ['1', true],
    ['YES', true],
    ['on', true],
    ['true', true],
    ['0', false],
    ['No', false],
    ['off', false],
    ['FALSE', false],
  ],
  ['', '2', 'y', 'enabled', ' 1', 'null'],
);

test('no text at all gives a number that is not a positive finite one', () => {
  const digitsAndSigns = fc.string({ unit: fc.constantFrom(...'0123456789.-+emx% NaInfty'.split('')), maxLength: 12 });
  fc.assert(
    fc.property(fc.oneof(fc.string(), digitsAndSigns), (text) => {
      for (const value of [parseWholeNumber(text, 4096), parseCpuAmount(text)]) {
        if (value !== undefined) assert.ok(Number.isFinite(value) && value > 0, `${text} gave ${value}`);
      }
      const durationMs = parseDurationMs(text);
      if (durationMs !== undefined) assert.ok(Number.isSafeInteger(durationMs) && durationMs >= 0);
    }),
    { numRuns: 2000 },
  );
});

test('every whole number up to the bound is read back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4096 }), (number) =>
      assert.equal(parseWholeNumber(String(number), 4096), number),
    ),
  );
});

test('millicores are thousandths', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 65_536_000 }), (millis) =>
      assert.equal(parseCpuAmount(`${millis}m`), millis / 1000),
    ),
  );
});
