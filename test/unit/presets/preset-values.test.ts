import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ControlVariable } from '../../../src/presets/preset.ts';
import { expandValue, isAlsoValid, isValueTemplate } from '../../../src/presets/preset-values.ts';
import { isRefusedVariable, isVariableName } from '../../../src/presets/variable-names.ts';

describe('expandValue', () => {
  test('puts in the number, and the number less one', () => {
    assert.equal(expandValue('{threads}', 3), '3');
    assert.equal(expandValue('-a={threads} -b={threads-1}', 1), '-a=1 -b=0');
    assert.equal(expandValue('passive', 3), 'passive');
  });
});

test('a template has no other braces, no space around it and no control characters', () => {
  for (const good of ['{threads}', 'passive', '20', '-x={threads} -y={threads-1}', 'a|b']) assert.ok(isValueTemplate(good), good);
  for (const bad of ['', ' {threads}', '{threads} ', '{threads-1}', '{Threads}', '{}', '{threads', 'a\nb', 'a\0b', 'é', '{threads-2}']) assert.ok(!isValueTemplate(bad), bad);
});

test('other valid words are compared whole and without case, and `{n}` is any whole number', () => {
  const control: ControlVariable = { variable: 'X', value: '{threads}', meaning: 'm', alsoValid: ['auto', '{n},{n}', 'a.b'] };
  for (const good of ['auto', 'AUTO', '4,1', '16,0', 'A.B']) assert.ok(isAlsoValid(control, good), good);
  for (const bad of ['', 'automatic', ' auto', '4,', '4,2,1', 'axb']) assert.ok(!isAlsoValid(control, bad), bad);
  assert.ok(!isAlsoValid({ variable: 'X', value: '1', meaning: 'm' }, ''));
});

test('names that decide what code runs are refused, ordinary ones are not', () => {
  for (const name of ['PATH', 'LD_PRELOAD', 'LD_LIBRARY_PATH', 'DYLD_INSERT_LIBRARIES', 'NODE_OPTIONS', 'PYTHONPATH', 'IFS', 'BASH_ENV', 'ENV', 'HOME', 'SHELL', 'ONEPROCPOOL_THREADS', 'JAVA_TOOL_OPTIONS']) {
    assert.ok(isRefusedVariable(name), name);
  }
  for (const name of ['OMP_NUM_THREADS', 'MY_PATH', 'PATHS', 'OLD_LIB', 'ENVIRONMENT', '_T']) assert.ok(!isRefusedVariable(name), name);
  for (const name of ['', '1A', 'A-B', 'A B', 'A=B', 'Ä', 'A\n']) assert.ok(!isVariableName(name), name);
});
