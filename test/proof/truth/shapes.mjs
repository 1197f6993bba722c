// The shapes of the engine as threads of the simulator: what each does when nothing makes it wait. Pure.
//
//   busy n                    n threads that always work
//   sleep n on off            work for `on` ms of CPU time, sleep `off` ms, and so on
//   timer n on off            the same by absolute time: comes back at once when it is late
//   timed n on off            the same, waiting for a condition that nobody signals
//   threads n on off          n slots; each piece is a thread of its own
//   children n on off         n slots; each piece is a process of its own (exec=1: with exec; reap=0: nobody waits for it)
//   arrivals n on every       n threads wait for pieces that come every `every` ms (timed=MS: with a timeout)
//   pipe n on every           the same from another process through a pipe (socket=1: a socket)
//   gang n on serial off      n threads with a barrier; thread 0 does the serial part (spin=1: they wait on the CPU)
//   turns n on                n threads, one at a time, as under the lock of an interpreter (timed=MS: with a timeout)
//   pool n on off             n single-threaded processes, all at once; when the last one is done they rest
//   sleepers n                n threads asleep
//
// Keys of all shapes: procs=P (in P processes), detach=1|2 (orphans; in their own session), from, until (seconds),
// together=1 (the threads start at once instead of spread over a cycle), nice, policy=idle|batch.
import { run, sleep, sleepUntil, spin, take } from './simulate.mjs';

/** Their work comes by the clock. With less CPU than it takes they are late for ever, and work without a pause. */
const OPEN = new Set(['timer', 'arrivals', 'pipe']);

export const isOpen = (groups) => groups.some(({ shape }) => OPEN.has(shape));

const DEFAULTS = {
  n: 1,
  procs: 0,
  on: 1e12,
  off: 0,
  every: 0,
  serial: 0,
  from: 0,
  until: undefined,
  together: 0,
  spin: 0,
};

/** Groups of a command line of the engine: `sleep n=3 on=20 off=80 + busy`. */
export function parseGroups(text) {
  return text.split(' + ').map((part) => {
    const [shape, ...words] = part.trim().split(/\s+/);
    if (!(shape in SHAPES)) throw new Error(`unknown shape: ${shape}`);
    const keys = words.map((word) => word.split('='));
    return {
      shape,
      ...DEFAULTS,
      ...Object.fromEntries(keys.map(([key, value]) => [key, key === 'policy' ? value : Number(value)])),
    };
  });
}

/** Puts the threads of the groups into a world of the simulator. */
export function startGroups(groups, world) {
  for (const group of groups) {
    const fromMs = group.from * 1000;
    const endMs = group.until === undefined ? world.endMs : Math.min(world.endMs, group.until * 1000);
    const processes = Math.max(1, group.procs);
    for (let process = 0; process < processes; process++) {
      SHAPES[group.shape]({ ...group, fromMs, endMs, process, processes }, world);
    }
  }
}

const startOf = ({ fromMs, together, off, on, n, process, processes }, index) =>
  together || off <= 0 ? fromMs : fromMs + ((process * n + index) / (n * processes)) * (on + off);

const piece = (group) => run(group.on, group.endMs);

function pieces(group, world) {
  for (let i = 0; i < group.n; i++) world.thread(onePieces(group, world, startOf(group, i)));
}

function* onePieces(group, world, startMs) {
  yield sleepUntil(startMs);
  for (let cycle = 1; world.now() < group.endMs; cycle++) {
    yield piece(group);
    if (group.off <= 0) continue;
    yield group.shape === 'timer' ? sleepUntil(startMs + cycle * (group.on + group.off)) : sleep(group.off);
  }
}

function arrivals(group, world) {
  const pending = world.semaphore();
  world.thread(
    (function* produce() {
      for (let k = 0; group.fromMs + k * group.every < group.endMs; k++) {
        yield sleepUntil(group.fromMs + k * group.every);
        world.give(pending);
      }
    })(),
  );
  for (let i = 0; i < group.n; i++) world.thread(consume(pending, group));
}

function* consume(pending, group) {
  for (;;) {
    yield take(pending);
    yield piece(group);
  }
}

function gang(group, world) {
  const wait = group.spin ? spin : take;
  const members = Array.from({ length: group.n - 1 }, () => ({ go: world.semaphore(), done: world.semaphore() }));
  world.thread(lead(group, world, members, wait));
  for (const member of members) world.thread(follow(group, world, member, wait));
}

function* lead(group, world, members, wait) {
  yield sleepUntil(group.fromMs);
  while (world.now() < group.endMs) {
    yield run(group.serial, group.endMs);
    if (group.off > 0) yield sleep(group.off);
    for (const { go } of members) world.give(go);
    yield piece(group);
    for (const { done } of members) yield wait(done);
  }
}

function* follow(group, world, { go, done }, wait) {
  yield sleepUntil(group.fromMs);
  while (world.now() < group.endMs) {
    yield wait(go);
    yield piece(group);
    world.give(done);
  }
}

/** Who has the turn does not matter: one works. */
function turns(group, world) {
  world.thread(onePieces({ ...group, off: 0 }, world, group.fromMs));
}

function pool(group, world) {
  const members = Array.from({ length: group.n }, () => ({ go: world.semaphore(), done: world.semaphore() }));
  world.thread(hand(group, world, members));
  for (const member of members) world.thread(follow(group, world, member, take));
}

function* hand(group, world, members) {
  yield sleepUntil(group.fromMs);
  while (world.now() < group.endMs) {
    for (const { go } of members) world.give(go);
    for (const { done } of members) yield take(done);
    yield sleep(group.off);
  }
}

const SHAPES = {
  busy: pieces,
  sleep: pieces,
  timer: pieces,
  timed: pieces,
  threads: pieces,
  children: pieces,
  arrivals,
  pipe: arrivals,
  gang,
  turns,
  pool,
  sleepers: () => undefined,
};
