import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseChildren, parseIds, parseSchedStat, parseStat } from '../../../src/verify/procfs.ts';
import { parseCommandLine, parseEnvironment, parseMappedFiles } from '../../../src/verify/process-identity.ts';
import { parsePageSize } from '../../../src/verify/page-size.ts';

// A real line of Linux 6.1.
const REAL =
  '4711 (python3) S 4700 4711 4700 34816 4711 4194304 7201 12 3 0 150 20 7 1 20 0 4 0 88123 318164992 9876 18446744073709551615 1 1 0 0 0 0 0 16781312 2 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0\n';

describe('parseStat', () => {
  test('reads the counters of a real line', () => {
    assert.deepEqual(parseStat(REAL), {
      pid: 4711,
      name: 'python3',
      state: 'S',
      parentPid: 4700,
      groupId: 4711,
      sessionId: 4700,
      ownTicks: 170,
      childrenTicks: 8,
      threadCount: 4,
      startTicks: 88123,
      residentPages: 9876,
    });
  });

  for (const name of [') R 1 (', 'a b', '((', '))', ' ) S 1 1 1', 'x\ny', '']) {
    test(`is not misled by the name ${JSON.stringify(name)}`, () => {
      const parsed = parseStat(REAL.replace('(python3)', `(${name})`));
      assert.equal(parsed?.name, name);
      assert.equal(parsed.state, 'S');
      assert.equal(parsed.residentPages, 9876);
    });
  }

  test('takes a terminal group of -1', () => {
    assert.equal(parseStat(REAL.replace('34816 4711 4194304', '0 -1 4194304'))?.residentPages, 9876);
  });

  for (const text of [
    '',
    '4711',
    '4711 (a)',
    '4711 (a) S',
    '4711 (a) S 1 2 3',
    REAL.slice(0, 60),
    'x (a) S 1 1',
    REAL.replace('7201', '7x01'),
  ]) {
    test(`tells nothing from ${JSON.stringify(text.slice(0, 30))}`, () => assert.equal(parseStat(text), undefined));
  }

  test('never throws and never gives NaN', () => {
    const noisy = fc
      .array(fc.oneof(fc.constantFrom(...REAL.split(/(?<= )/)), fc.string()))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(fc.string(), noisy), (text) => {
        const parsed = parseStat(text);
        if (parsed === undefined) return;
        for (const value of Object.values(parsed)) assert.ok(typeof value === 'string' || value >= 0, text);
      }),
    );
  });
});

describe('the small files', () => {
  test('schedstat', () => {
    assert.deepEqual(parseSchedStat('123456789 987 55\n'), { runNs: 123456789, waitNs: 987 });
    for (const text of ['', '12', 'a b c', '-1 2 3']) assert.equal(parseSchedStat(text), undefined);
  });
  test('children', () => {
    assert.deepEqual(parseChildren('12 345 6 '), [12, 345, 6]);
    assert.deepEqual(parseChildren(''), []);
    assert.deepEqual(parseChildren('x -1 0 7'), [7]);
  });
  test('names of a directory', () => {
    assert.deepEqual(parseIds(['1', 'self', '42', '', '-3', '1.5', 'net']), [1, 42]);
  });
  test('page size in an auxiliary vector that was decoded as text', () => {
    const entry = (key: string, value: string): string => `${key}\0\0\0\0\0\0\0${value}`;
    const first = entry('\x10', '\uFFFD\uFFFD\x8b\x17\0\0\0\0');
    assert.equal(parsePageSize(`${first}${entry('\x06', '\0\x40\0\0\0\0\0\0')}`), 16384);
    assert.equal(parsePageSize(`${first}${entry('\x06', '\0\0\x01\0\0\0\0\0')}`), 65536);
    assert.equal(parsePageSize(first), 4096);
    assert.equal(parsePageSize(entry('\x06', '\x05\0\0\0\0\0\0\0')), 4096);
  });
  test('no text makes a parser throw', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        assert.ok(parseChildren(text).every((pid) => pid > 0));
        parseSchedStat(text);
        parseMappedFiles(text);
        assert.ok(parsePageSize(text) >= 4096);
        assert.ok(Array.from(parseCommandLine(text)).length <= 200);
        assert.doesNotMatch(parseCommandLine(text), /\p{Cc}/u);
        const asked = parseEnvironment(text, ['A', '__proto__x']);
        assert.ok(asked === undefined || Object.keys(asked).length === 2);
      }),
    );
  });
});

describe('identity of a process', () => {
  test('command line: words joined, escapes and line breaks gone, cut at 200', () => {
    assert.equal(parseCommandLine('python3\0-c\0print(1)\0'), 'python3 -c print(1)');
    assert.equal(parseCommandLine('a\0\u001b[31mred\nx\0'), 'a [31mred x');
    const long = parseCommandLine('y'.repeat(500));
    assert.equal(long.length, 200);
    assert.ok(long.endsWith('…'));
    assert.equal(parseCommandLine(''), '');
  });
  test('environment: only what was asked, absent is null, the first of two wins', () => {
    assert.deepEqual(parseEnvironment('A=1\0B=x=y\0A=2\0C=\0', ['A', 'B', 'C', 'D']), {
      A: '1',
      B: 'x=y',
      C: '',
      D: null,
    });
  });
  test('environment: empty is empty, a title written over it is unknown', () => {
    assert.deepEqual(parseEnvironment('', ['A']), { A: null });
    assert.equal(parseEnvironment('ray::worker\0\0\0\0', ['A']), undefined);
  });
  test('mapped files: each once, with spaces, deleted ones too', () => {
    const maps = [
      '5581-5582 r--p 00000000 08:01 12  /usr/bin/python3.11',
      '5582-5583 r-xp 00001000 08:01 12  /usr/bin/python3.11',
      '7f01-7f02 rw-p 00000000 00:00 0 ',
      '7f02-7f03 r-xp 00000000 08:01 13  /opt/my lib/libgomp.so.1.0.0 (deleted)',
      '7ffe-7fff rw-p 00000000 00:00 0  [stack]',
    ].join('\n');
    assert.deepEqual(parseMappedFiles(maps), ['/usr/bin/python3.11', '/opt/my lib/libgomp.so.1.0.0']);
  });
});
