/** A made-up process table behind `FilePort` and `ProcessPort`, for tests without real processes. */
import type { FilePort, ProcessPort } from '../../../src/host/ports.ts';

export interface MadeUpProcess {
  readonly parent: number;
  readonly start: number;
  readonly environ?: string;
  /** Default: 1. */
  readonly group?: number;
  state?: string;
}

export interface ProcessTable {
  readonly table: Map<number, MadeUpProcess>;
  readonly files: FilePort;
  readonly processes: ProcessPort;
  /** What was sent, in order: `TERM 12`. */
  readonly sent: string[];
}

/** At tick 1001. SIGKILL removes a process and gives its children to init; `onSignal` may do more. */
export function createProcessTable(
  entries: Readonly<Record<number, MadeUpProcess>>,
  onSignal: (pid: number, signal: string, table: Map<number, MadeUpProcess>) => void = () => undefined,
): ProcessTable {
  const table = new Map(Object.entries(entries).map(([pid, process]) => [Number(pid), process]));
  const sent: string[] = [];
  const statLine = (pid: number, { parent, start, group = 1, state = 'S' }: MadeUpProcess): string =>
    `${pid} (p) ${state} ${parent} ${group} 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 ${start} 0 0 0 0 0 0 0 0 0 0 0 0 0`;
  const kill = (pid: number): void => {
    table.delete(pid);
    for (const [child, process] of table) if (process.parent === pid) table.set(child, { ...process, parent: 1 });
  };
  return {
    table,
    sent,
    files: {
      readText(path) {
        if (path === '/proc/uptime') return '10.01 20.02\n';
        if (path === '/proc/loadavg') return `0 0 0 1/2 ${Math.max(...table.keys())}`;
        const [, owner] = /^\/proc\/([0-9]+)\/task\/\1\/children$/.exec(path) ?? [];
        if (owner !== undefined) {
          const children = [...table].filter(([, { parent }]) => parent === Number(owner));
          return children.map(([pid]) => `${pid} `).join('');
        }
        const [, pid, name] = /^\/proc\/([0-9]+)\/(stat|environ)$/.exec(path) ?? [];
        const process = table.get(Number(pid));
        if (process === undefined) return undefined;
        return name === 'stat' ? statLine(Number(pid), process) : process.environ;
      },
      listDirectory: () => ['self', 'cpuinfo', ...[...table.keys()].map(String)],
      exists: () => false,
      linkCount: () => undefined,
    },
    processes: {
      signal(pid, signal) {
        if (!table.has(pid)) return false;
        sent.push(`${String(signal).replace('SIG', '')} ${pid}`);
        if (signal === 'SIGKILL') kill(pid);
        onSignal(pid, String(signal), table);
        return true;
      },
      listTree: () => Promise.resolve([]),
    },
  };
}
