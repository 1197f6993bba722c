import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import type { ProcessPort } from '../../../src/host/ports.ts';
import { createTreeReader, type TreeReader } from '../../../src/verify/process-tree.ts';
import { createFakeMachine, type FakeMachine } from './fake-machine.ts';

function readerOn(machine: FakeMachine): TreeReader {
  return createTreeReader({ files: machine.files, method: 'procfs' });
}
const pids = (reader: TreeReader): number[] =>
  reader
    .read()
    .map(({ stat }) => stat.pid)
    .sort((a, b) => a - b);

for (const childrenFiles of [true, false]) {
  describe(childrenFiles ? 'a tree through children files' : 'a tree through a scan of /proc', () => {
    function machineWithTree(): { machine: FakeMachine; reader: TreeReader } {
      const machine = createFakeMachine();
      if (!childrenFiles) machine.hidden.push(/\/children$/);
      for (let pid = 10; pid < 60; pid++) machine.add(pid, 1);
      const reader = readerOn(machine);
      machine.add(200, 2, undefined, { group: 200 });
      reader.addRoot(0, 200);
      return { machine, reader };
    }

    test('children and theirs are in it, siblings and strangers are not', () => {
      const { machine, reader } = machineWithTree();
      machine.add(210, 200);
      machine.add(220, 210);
      machine.add(230, 2);
      assert.deepEqual(pids(reader), [200, 210, 220]);
      machine.add(221, 220);
      machine.add(240, 15);
      assert.deepEqual(pids(reader), [200, 210, 220, 221]);
    });

    test('who was in it once stays in it when the parent ends, with later children', () => {
      const { machine, reader } = machineWithTree();
      machine.add(210, 200);
      machine.add(220, 210, undefined, { group: 220, session: 220 });
      pids(reader);
      machine.end(210);
      assert.deepEqual(pids(reader), [200, 220]);
      machine.add(222, 220);
      assert.deepEqual(pids(reader), [200, 220, 222]);
    });

    test('an orphan whose parent was never seen is known by a process group of the tree', () => {
      const { machine, reader } = machineWithTree();
      pids(reader);
      machine.add(210, 200);
      machine.add(220, 210);
      machine.end(210);
      const rounds = Array.from({ length: 12 }, () => pids(reader));
      assert.deepEqual(rounds.at(-1), [200, 220]);
    });

    test('a pid that is used again by somebody else is not taken for the old one', () => {
      const { machine, reader } = machineWithTree();
      machine.add(210, 200);
      assert.deepEqual(pids(reader), [200, 210]);
      machine.end(210);
      machine.add(210, 30, undefined, { start: 999 });
      assert.deepEqual(pids(reader), [200]);
    });

    test('a root that was reaped leaves its descendants in the tree', () => {
      const { machine, reader } = machineWithTree();
      machine.add(210, 200);
      pids(reader);
      machine.end(200);
      reader.removeRoot(200);
      machine.add(200, 12, undefined, { start: 5000 });
      assert.deepEqual(pids(reader), [210]);
    });

    test('each process belongs to its worker', () => {
      const { machine, reader } = machineWithTree();
      machine.add(300, 2);
      reader.addRoot(1, 300);
      machine.add(310, 300);
      machine.add(210, 200);
      const workers = new Map(reader.read().map(({ stat, worker }) => [stat.pid, worker]));
      assert.deepEqual(
        [...workers].sort((a, b) => a[0] - b[0]),
        [
          [200, 0],
          [210, 0],
          [300, 1],
          [310, 1],
        ],
      );
    });
  });
}

describe('what the search costs', () => {
  test('nothing but the members is read while no process is started anywhere', () => {
    const machine = createFakeMachine();
    for (let pid = 10; pid < 60; pid++) machine.add(pid, 1);
    const reader = readerOn(machine);
    machine.add(200, 2);
    reader.addRoot(0, 200);
    reader.read();
    machine.reads.length = 0;
    reader.read();
    assert.deepEqual(machine.reads, ['/proc/200/stat', '/proc/loadavg']);
  });

  test('in a large tree, idle processes are read every other time; busy ones and the root always', () => {
    const machine = createFakeMachine();
    const reader = readerOn(machine);
    for (let at = 0; at < 50; at++) machine.add(1000 + at, at === 0 ? 2 : 1000);
    reader.addRoot(0, 1000);
    for (let round = 0; round < 10; round++) reader.read();
    const busy = machine.processes.get(1007);
    assert.ok(busy);
    for (let round = 0; round < 4; round++) {
      busy.endedNs += 1e8;
      reader.read();
    }
    const readsOf = (pid: number): number => machine.reads.filter((path) => path === `/proc/${pid}/stat`).length;
    machine.reads.length = 0;
    for (let round = 0; round < 10; round++) {
      busy.endedNs += 1e8;
      assert.equal(reader.read().length, 50);
    }
    assert.deepEqual([1000, 1007, 1020, 1021].map(readsOf), [10, 10, 5, 5]);
  });

  test('a large tree is found by one scan, not thread by thread', () => {
    const machine = createFakeMachine();
    const reader = readerOn(machine);
    for (let at = 0; at < 50; at++)
      machine.add(
        1000 + at * 100,
        at === 0 ? 2 : 1000,
        Array.from({ length: 32 }, () => ({})),
      );
    reader.addRoot(0, 1000);
    assert.equal(reader.read().length, 50);
    assert.ok(machine.reads.length < 300, String(machine.reads.length));
  });
});

describe('a tree through a list of processes', () => {
  const listing = (lists: (number[] | Error)[]): ProcessPort => ({
    signal: () => false,
    listTree: async () => {
      const next = lists.shift();
      if (next instanceof Error) throw next;
      return next ?? [];
    },
  });

  test('takes in what the last list held, and survives a list that fails', async () => {
    const machine = createFakeMachine();
    machine.add(200, 2);
    machine.add(210, 200);
    machine.add(220, 210);
    const processes = listing([[200, 210], new Error('No matching pid found'), [200, 210, 220, 999]]);
    const reader = createTreeReader({ files: machine.files, processes, method: 'pidtree' });
    reader.addRoot(0, 200);
    assert.deepEqual(pids(reader), [200]);
    for (const expected of [
      [200, 210],
      [200, 210],
      [200, 210, 220],
    ]) {
      await new Promise((resolve) => setImmediate(resolve));
      assert.deepEqual(pids(reader), expected);
    }
  });
});
