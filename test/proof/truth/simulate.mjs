// What a program does when it never waits for a CPU, or when `cpus` of them are shared fairly. Pure.
//
// A thread is a generator. It yields what it does next: `run(ms, untilMs)` (ends then at the latest), `sleepUntil(ms)`, `sleep(ms)`, `take(semaphore)`,
// `spin(semaphore)` (waits on a CPU); it calls `give(semaphore, n)` and `now()` of its `world`.
// All times in milliseconds since the start.

export const run = (ms, untilMs = Number.POSITIVE_INFINITY) => ({ kind: 'run', ms, untilMs });
export const sleep = (ms) => ({ kind: 'sleep', ms });
export const sleepUntil = (ms) => ({ kind: 'until', ms });
export const take = (semaphore) => ({ kind: 'take', semaphore });
export const spin = (semaphore) => ({ kind: 'spin', semaphore });

const EPSILON = 1e-9;

/** Steps `[atMs, runnable]`: from then on so many threads run or want to. The last step is at `endMs`. */
export function simulate(start, endMs, cpus = Number.POSITIVE_INFINITY) {
  let atMs = 0;
  const threads = [];
  const ready = [];
  const world = {
    endMs,
    now: () => atMs,
    semaphore: (count = 0) => ({ count, waiting: [] }),
    thread(generator) {
      const thread = { generator, state: 'ready', leftMs: 0, untilMs: 0, wakesMs: 0 };
      threads.push(thread);
      ready.push(thread);
    },
    give(semaphore, n = 1) {
      for (let i = 0; i < n; i++) {
        const waiting = semaphore.waiting.shift();
        if (waiting === undefined) semaphore.count++;
        else makeReady(waiting);
      }
    },
  };
  const makeReady = (thread) => {
    thread.state = 'ready';
    ready.push(thread);
  };
  const resume = (thread) => {
    const { value, done } = thread.generator.next();
    if (done) thread.state = 'ended';
    else if (value.kind === 'run') Object.assign(thread, { state: 'run', leftMs: value.ms, untilMs: value.untilMs });
    else if (value.kind === 'sleep') Object.assign(thread, { state: 'sleep', wakesMs: atMs + value.ms });
    else if (value.kind === 'until') Object.assign(thread, { state: 'sleep', wakesMs: value.ms });
    else if (value.semaphore.count > 0) {
      value.semaphore.count--;
      makeReady(thread);
    } else {
      thread.state = value.kind;
      value.semaphore.waiting.push(thread);
    }
  };
  start(world);
  const steps = [];
  while (atMs < endMs) {
    while (ready.length > 0) resume(ready.shift());
    const running = threads.filter(({ state }) => state === 'run');
    const runnable = running.length + threads.filter(({ state }) => state === 'spin').length;
    if (steps.at(-1)?.[1] !== runnable) steps.push([atMs, runnable]);
    const rate = runnable <= cpus ? 1 : cpus / runnable;
    let nextMs = endMs;
    for (const { leftMs, untilMs } of running) nextMs = Math.min(nextMs, untilMs, atMs + leftMs / rate);
    for (const { state, wakesMs } of threads) if (state === 'sleep') nextMs = Math.min(nextMs, wakesMs);
    const passedMs = Math.max(0, nextMs - atMs);
    atMs = Math.max(atMs, nextMs);
    for (const thread of running) {
      thread.leftMs -= passedMs * rate;
      if (thread.leftMs <= EPSILON || thread.untilMs <= atMs + EPSILON) makeReady(thread);
    }
    for (const thread of threads) if (thread.state === 'sleep' && thread.wakesMs <= atMs + EPSILON) makeReady(thread);
  }
  steps.push([endMs, 0]);
  return steps;
}
