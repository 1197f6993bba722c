import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { createLinePrefixer, createSharedPlace } from '../../../src/workers/line-prefixer.ts';

const LINE_FEED = 10;

/** Splits after each line end. */
function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(LINE_FEED, start) + 1 || bytes.length;
    lines.push(bytes.subarray(start, end));
    start = end;
  }
  return lines;
}

const text = (...pieces: Buffer[]): string => Buffer.concat(pieces).toString('latin1');

describe('createLinePrefixer', () => {
  test('puts the prefix before every line and holds the unfinished one back', () => {
    const prefixer = createLinePrefixer('[0] ', createSharedPlace());
    assert.equal(text(prefixer.push(Buffer.from('a\nb\n\nc'))), '[0] a\n[0] b\n[0] \n');
    assert.equal(text(prefixer.push(Buffer.from('d\n'))), '[0] cd\n');
    assert.equal(text(prefixer.push(Buffer.from('e'))), '');
    assert.equal(text(prefixer.end()), '[0] e');
    assert.equal(text(prefixer.end()), '');
  });

  test('a line that is too long goes out in pieces under one prefix when nobody comes between', () => {
    const prefixer = createLinePrefixer('[0] ', createSharedPlace(), 4);
    assert.equal(text(prefixer.push(Buffer.from('abcde'))), '[0] abcde');
    assert.equal(text(prefixer.push(Buffer.from('fghij'))), 'fghij');
    assert.equal(text(prefixer.push(Buffer.from('k\nl\n'))), 'k\n[0] l\n');
  });

  test('whoever comes between begins a line of its own, and so does the rest of the long one', () => {
    const place = createSharedPlace();
    const [first, second] = [createLinePrefixer('[0] ', place, 4), createLinePrefixer('[1] ', place, 4)];
    assert.equal(text(first.push(Buffer.from('abcde'))), '[0] abcde');
    assert.equal(text(second.push(Buffer.from('x\n'))), '\n[1] x\n');
    assert.equal(text(first.push(Buffer.from('f\n'))), '[0] f\n');
  });

  test('what comes after an unfinished last line begins a new one', () => {
    const place = createSharedPlace();
    const [first, second] = [createLinePrefixer('[0] ', place), createLinePrefixer('[1] ', place)];
    first.push(Buffer.from('end'));
    assert.equal(text(first.end(), second.push(Buffer.from('x\n'))), '[0] end\n[1] x\n');
  });

  test('however two streams are cut, each line arrives whole and byte for byte', () => {
    const piece = fc.record({
      worker: fc.constantFrom(0, 1),
      // Many line ends, and every other byte, those of broken UTF-8 included.
      bytes: fc.array(fc.oneof(fc.constant(LINE_FEED), fc.nat(255)), { maxLength: 20 }),
    });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const place = createSharedPlace();
        const prefixers = ['A:', 'B:'].map((prefix) => createLinePrefixer(prefix, place));
        const sent: Buffer[][] = [[], []];
        const out: Buffer[] = [];
        for (const { worker, bytes } of pieces) {
          sent[worker]?.push(Buffer.from(bytes));
          out.push(prefixers[worker]?.push(Buffer.from(bytes)) ?? Buffer.alloc(0));
        }
        for (const prefixer of prefixers) out.push(prefixer.end());
        const received = linesOf(Buffer.concat(out));
        for (const worker of [0, 1]) {
          const prefix = 'AB'.charCodeAt(worker);
          const mine = received.filter((line) => line[0] === prefix).map((line) => line.subarray(2));
          const wanted = linesOf(Buffer.concat(sent[worker] ?? []));
          // The last line may have got the line end that was missing.
          const trimmed = (lines: Buffer[]): string[] =>
            lines.map((line) => line.toString('latin1').replace(/\n$/, ''));
          assert.deepEqual(trimmed(mine), trimmed(wanted));
        }
        assert.ok(received.every((line) => line[1] === ':'.charCodeAt(0)));
      }),
    );
  });
});
