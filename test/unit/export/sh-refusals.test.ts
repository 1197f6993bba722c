import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderShEntrypoint } from '../../../src/export/sh-entrypoint.ts';
import { shInput } from '../../support/sh-golden.ts';

test('a sh file cannot have --pool auto, and says what can be had', () => {
  assert.throws(
    () => renderShEntrypoint(shInput({ pool: 'auto' })),
    (error: Error & { hint?: string }) => /got `auto`/.test(error.message) && /--pool app/.test(error.hint ?? ''),
  );
});
