/**
 * One line on stderr that says what is being measured, only on a terminal, and gone at the end. Uses
 * ConsolePort and ClockPort.
 */
import type { Host } from '../host/ports.ts';
import { truncate } from '../report/text-layout.ts';
import type { Setup, VariantId } from './setups.ts';

export interface ProgressLine {
  /** Replaces the line. */
  show(text: string): void;
  /** Replaces the line before a run of the experiment. */
  run(done: number, total: number, setup: Setup, variant: VariantId): void;
  /** A line that stays, on a terminal or not. */
  announce(text: string): void;
  clear(): void;
}

const CLEAR = '\r\u001B[K';

export function createProgressLine(host: Pick<Host, 'console' | 'clock'>): ProgressLine {
  const isTerminal = host.console.isTerminal('stderr');
  const write = (text: string) => {
    if (isTerminal) host.console.writeErr(text);
  };
  let firstRunNs: bigint | undefined;
  const show = (text: string) => write(`${CLEAR}${truncate(text, host.console.columns('stderr') - 1)}`);
  return {
    show,
    run(done, total, setup, variant) {
      const nowNs = host.clock.nowNs();
      if (done === 0 || firstRunNs === undefined) firstRunNs = nowNs;
      const spent = Number(nowNs - firstRunNs) / 1e9;
      const left = done === 0 ? '' : `, about ${Math.ceil((spent / done) * (total - done))} s left`;
      const how = variant === 'bare' ? 'as it comes' : 'under oneprocpool';
      show(`run ${done + 1} of ${total}${left}: ${setup.id}, ${how}`);
    },
    announce(text) {
      write(CLEAR);
      host.console.writeErr(`${text}\n`);
    },
    clear() {
      write(CLEAR);
    },
  };
}
