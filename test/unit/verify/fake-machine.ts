/**
 * A machine without processes of its own: /proc made of objects, and a clock that only moves when told.
 * Threads use the CPU and wait for it at given rates while the clock moves.
 */
import type { ClockPort, FilePort } from '../../../src/host/ports.ts';

export interface FakeThread {
  /** Part of the time on a CPU, 0 to 1. */
  run: number;
  /** Part of the time waiting for one, 0 to 1. */
  wait: number;
  runNs: number;
  waitNs: number;
  state?: string;
  name?: string;
}

export interface FakeProcess {
  readonly pid: number;
  parent: number;
  group: number;
  session: number;
  start: number;
  name: string;
  threads: Map<number, FakeThread>;
  /** CPU time of threads that ended, in ns. */
  endedNs: number;
  childrenTicks: number;
  rssPages: number;
  command: string;
  environ: string;
  maps: string;
}

export interface FakeMachine {
  readonly files: FilePort;
  readonly clock: ClockPort;
  readonly processes: Map<number, FakeProcess>;
  /** Paths that were read, newest last. */
  readonly reads: string[];
  /** Files that this kernel does not have. */
  readonly hidden: RegExp[];
  add(pid: number, parent: number, threads?: Partial<FakeThread>[], more?: Partial<FakeProcess>): FakeProcess;
  /** Ends the process; its children go to pid 1, its time to its parent. */
  end(pid: number): void;
  /** Moves the clock; timers that fall due are called on the way, and promises settle. */
  advance(ms: number): Promise<void>;
}

const STEP_MS = 1;

export function createFakeMachine(): FakeMachine {
  const processes = new Map<number, FakeProcess>();
  const timers = new Set<{ dueMs: number; callback: () => void }>();
  const reads: string[] = [];
  const hidden: RegExp[] = [];
  let nowMs = 0;
  let lastPid = 100;

  const ownNs = (process: FakeProcess): number =>
    [...process.threads.values()].reduce((sum, { runNs }) => sum + runNs, process.endedNs);

  const threadState = (thread: FakeThread): string => thread.state ?? (thread.run + thread.wait > 0.5 ? 'R' : 'S');

  const statLine = (process: FakeProcess, tid: number): string => {
    const thread = process.threads.get(tid);
    const fields = new Array<number>(49).fill(0);
    const put = (field: number, value: number): void => void (fields[field - 4] = Math.floor(value));
    put(4, process.parent);
    put(5, process.group);
    put(6, process.session);
    put(14, ownNs(process) / 1e7);
    put(16, process.childrenTicks);
    put(20, process.threads.size);
    put(22, process.start);
    put(24, process.rssPages);
    return `${tid} (${process.name}) ${thread === undefined ? 'Z' : threadState(thread)} ${fields.join(' ')}\n`;
  };

  const readProcess = (process: FakeProcess, rest: string): string | undefined => {
    const [, tidText, file] = /^(?:task\/(\d+)\/)?(\w+)$/.exec(rest) ?? [];
    const tid = tidText === undefined ? process.pid : Number(tidText);
    const thread = process.threads.get(tid);
    if (thread === undefined) return undefined;
    switch (file) {
      case 'stat':
        return statLine(process, tid);
      case 'schedstat':
        return `${Math.floor(thread.runNs)} ${Math.floor(thread.waitNs)} 1\n`;
      case 'children':
        return tid !== process.pid
          ? ''
          : [...processes.values()]
              .filter(({ parent }) => parent === process.pid)
              .map(({ pid }) => `${pid} `)
              .join('');
      case 'comm':
        return `${thread.name ?? process.name}\n`;
      case 'cmdline':
        return process.command;
      case 'environ':
        return process.environ;
      case 'maps':
        return process.maps;
      default:
        return undefined;
    }
  };

  const readText = (path: string): string | undefined => {
    reads.push(path);
    if (hidden.some((pattern) => pattern.test(path))) return undefined;
    if (path === '/proc/loadavg') return `0.10 0.10 0.10 1/100 ${lastPid}\n`;
    if (path === '/proc/self/schedstat') return '1000000 0 1\n';
    const [, pid, rest] = /^\/proc\/(\d+|self)\/(.+)$/.exec(path) ?? [];
    const process = processes.get(pid === 'self' ? 2 : Number(pid));
    return process === undefined || rest === undefined ? undefined : readProcess(process, rest);
  };

  const machine: FakeMachine = {
    processes,
    reads,
    hidden,
    files: {
      readText,
      listDirectory(path) {
        reads.push(path);
        if (path === '/proc') return ['self', 'cpuinfo', ...[...processes.keys()].map(String)];
        const pid = /^\/proc\/(\d+)\/task$/.exec(path)?.[1];
        const process = processes.get(Number(pid));
        return process === undefined ? undefined : [...process.threads.keys()].map(String);
      },
      exists: (path) => readText(path) !== undefined || processes.has(Number(/^\/proc\/(\d+)$/.exec(path)?.[1])),
      linkCount: (path) => (path === '/proc' ? processes.size + 20 : undefined),
    },
    clock: {
      nowNs: () => BigInt(Math.round(nowMs * 1e6)),
      cpuMs: () => 0,
      after(delayMs, callback) {
        const timer = { dueMs: nowMs + delayMs, callback };
        timers.add(timer);
        return () => void timers.delete(timer);
      },
      sleep: () => Promise.reject(new Error('the sampler waits through timers')),
      timestamp: () => '2000-01-01T00:00:00.000Z',
    },
    add(pid, parent, threads = [{}], more = {}) {
      const made = threads.map((thread, at): [number, FakeThread] => [
        pid + at,
        { run: 0, wait: 0, runNs: 0, waitNs: 0, ...thread },
      ]);
      lastPid = Math.max(lastPid + 1, pid);
      const process: FakeProcess = {
        pid,
        parent,
        group: processes.get(parent)?.group ?? pid,
        session: processes.get(parent)?.session ?? pid,
        start: Math.floor(nowMs / 10),
        name: 'job',
        threads: new Map(made),
        endedNs: 0,
        childrenTicks: 0,
        rssPages: 100,
        command: `job\0${pid}\0`,
        environ: 'PATH=/bin\0',
        maps: '7f00-7f01 r-xp 0 00:00 1 /usr/bin/job\n',
        ...more,
      };
      processes.set(pid, process);
      return process;
    },
    end(pid) {
      const process = processes.get(pid);
      if (process === undefined) return;
      processes.delete(pid);
      const parent = processes.get(process.parent);
      if (parent !== undefined) parent.childrenTicks += Math.floor(ownNs(process) / 1e7) + process.childrenTicks;
      for (const child of processes.values()) if (child.parent === pid) child.parent = 1;
    },
    async advance(ms) {
      for (const endMs = nowMs + ms; nowMs < endMs;) {
        nowMs += STEP_MS;
        for (const { threads } of processes.values()) {
          for (const thread of threads.values()) {
            thread.runNs += thread.run * STEP_MS * 1e6;
            thread.waitNs += thread.wait * STEP_MS * 1e6;
          }
        }
        for (const timer of timers) {
          if (timer.dueMs > nowMs) continue;
          timers.delete(timer);
          timer.callback();
          await Promise.resolve();
        }
      }
    },
  };
  machine.add(1, 0, [{}], { name: 'init' });
  machine.add(2, 1, [{}], { name: 'launcher' });
  return machine;
}

export const BUSY: Partial<FakeThread> = { run: 0.5, wait: 0.5 };
export const ASLEEP: Partial<FakeThread> = {};
