import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseEnvironment, parseOpenFilesLimit, readShimHandover } from '../../../src/workers/shim-handover.ts';

describe('readShimHandover', () => {
  test('without the shim the environment stays and nothing is restored', () => {
    assert.deepEqual(
      readShimHandover({ A: '1' }, () => 1024),
      {
        mode: 'none',
        env: { A: '1' },
        inherited: {
          softOpenFiles: null,
          softMemoryKib: null,
          ignoredSignals: [],
          blockedSignals: [],
          descriptors: [],
          closed: [],
        },
      },
    );
  });

  test('the original environment replaces ours, with values of several lines', () => {
    const env = {
      ONEPROCPOOL_SHIM: 'run',
      ONEPROCPOOL_SHIM_ENVIRON: 'A=1\nB=x\u0001y\nmy.key=\nNODE_OPTIONS=--v=1',
      PWD: '/',
    };
    const handover = readShimHandover(env, () => null);
    assert.equal(handover.mode, 'run');
    assert.deepEqual(handover.env, { A: '1', B: 'x\ny', 'my.key': '', NODE_OPTIONS: '--v=1' });
  });

  test('without it, what was kept from node is given back, empty or not, and our own variables go', () => {
    const env = {
      A: '1',
      ONEPROCPOOL_SHIM: 'init',
      ONEPROCPOOL_SHIM_GIVEN_NODE_OPTIONS: '',
      ONEPROCPOOL_SHIM_GIVEN_NODE_EXTRA_CA_CERTS: '/c',
    };
    const handover = readShimHandover(env, () => null);
    assert.deepEqual([handover.mode, handover.env], ['init', { A: '1', NODE_OPTIONS: '', NODE_EXTRA_CA_CERTS: '/c' }]);
  });

  test('of a large environment only what sh changes is handed over', () => {
    const env = {
      ONEPROCPOOL_SHIM_ENVIRON: 'my.key=x\u0001y\nSHLVL=1',
      ONEPROCPOOL_SHIM_SCOPE: 'odd',
      ONEPROCPOOL_SHIM_GIVEN_NODE_OPTIONS: '--v=1',
      A: '1',
      PWD: '/',
      SHLVL: '2',
    };
    const wanted = { A: '1', NODE_OPTIONS: '--v=1', 'my.key': 'x\ny', SHLVL: '1' };
    assert.deepEqual(readShimHandover(env, () => null).env, wanted);
    assert.deepEqual(readShimHandover({ ...env, ONEPROCPOOL_SHIM_ENVIRON: '' }, () => null).env, {
      A: '1',
      NODE_OPTIONS: '--v=1',
    });
  });

  test('the limit of open files is restored only where it differs and is a number', () => {
    const limit = (text: string, own: number | null): number | null =>
      readShimHandover({ ONEPROCPOOL_SHIM_NOFILE: text }, () => own).inherited.softOpenFiles;
    assert.deepEqual(
      [limit('1024', 20000), limit('20000', 20000), limit('unlimited', 20000), limit('', null), limit('1024', null)],
      [1024, null, null, null, 1024],
    );
  });

  test('the limit of address space is restored where the shim has raised it', () => {
    const limit = (env: Record<string, string>): number | null =>
      readShimHandover(env, () => null).inherited.softMemoryKib;
    assert.deepEqual([limit({ ONEPROCPOOL_SHIM_MEMORY: '700000' }), limit({})], [700_000, null]);
  });

  test('ignored signals are found; SIGQUIT alone is the shell itself', () => {
    const ignored = (mask: string): readonly number[] =>
      readShimHandover({ ONEPROCPOOL_SHIM_IGNORED: mask }, () => null).inherited.ignoredSignals;
    assert.deepEqual(['0000000000000000', '4', '6', '1001', '8000000000000001', 'x', ''].map(ignored), [
      [],
      [],
      [2, 3],
      [1, 13],
      [1],
      [],
      [],
    ]);
  });

  test('blocked signals are found, real-time signals too', () => {
    const { blockedSignals } = readShimHandover({ ONEPROCPOOL_SHIM_BLOCKED: '8000001000000200' }, () => null).inherited;
    assert.deepEqual(blockedSignals, [10, 37, 64]);
  });

  test('descriptors from 3 on are passed on, the others are told when closed; what is no number is left out', () => {
    const read = (text: string): unknown => {
      const { descriptors, closed } = readShimHandover({ ONEPROCPOOL_SHIM_FDS: text }, () => null).inherited;
      return { descriptors, closed };
    };
    assert.deepEqual(read(' 0 1 2 63 3 x 10 -4 fd'), { descriptors: [3, 10, 63], closed: [] });
    assert.deepEqual(read(' 1'), { descriptors: [], closed: [0, 2] });
  });

  test('no text breaks it', () => {
    const names = ['', '_ENVIRON', '_SCOPE', '_BLOCKED', '_IGNORED', '_FDS', '_NOFILE'].map(
      (end) => `ONEPROCPOOL_SHIM${end}`,
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...names), fc.string())), (entries) => {
        const { inherited } = readShimHandover(Object.fromEntries(entries), () => 1024);
        assert.ok(inherited.softOpenFiles === null || inherited.softOpenFiles > 0);
      }),
    );
  });
});

describe('parseEnvironment', () => {
  test('gives back any environment', () => {
    const name = fc.stringMatching(/^[^=\0]+$/).filter((text) => text !== '__proto__');
    const value = fc.string().map((text) => text.replaceAll('\0', ''));
    fc.assert(
      fc.property(fc.dictionary(name, value), (env) => {
        const text = Object.entries(env).map(([key, content]) => `${key}=${content}\0`);
        assert.deepEqual(parseEnvironment(text.join('')), { ...env });
      }),
    );
    assert.equal(parseEnvironment(undefined), undefined);
  });
});

describe('parseOpenFilesLimit', () => {
  test('the soft limit of /proc/PID/limits, or null', () => {
    const text =
      'Limit                     Soft Limit           Hard Limit           Units     \nMax open files            1024                 20000                files     \n';
    assert.equal(parseOpenFilesLimit(text), 1024);
    assert.equal(parseOpenFilesLimit(text.replace('1024 ', 'unlimited ')), null);
    assert.equal(parseOpenFilesLimit(''), null);
  });
});
