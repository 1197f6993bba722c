import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRecord, inspect } from '../../../src/verify/process-record.ts';
import { parseStat } from '../../../src/verify/procfs.ts';

const FIELDS = Array.from({ length: 23 }, () => '1').join(' ');
const NOTHING = {
  readText: () => undefined,
  listDirectory: () => undefined,
  exists: () => false,
  linkCount: () => undefined,
};

test('a name without a command line is shown in one line, and without what a terminal obeys', () => {
  const stat = parseStat(`7 (\u001b[2Ja\nb) S ${FIELDS}\n`);
  assert.ok(stat);
  const record = createRecord({ key: '7:1', worker: 0, stat }, 1, 0);
  assert.equal(record.command, '[2Ja b');
  inspect(NOTHING, record, [], []);
  assert.equal(record.command, '[2Ja b');
});
