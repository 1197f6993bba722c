/** A real terminal for tests: tmux on a socket of its own. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from './wait-until.ts';

/** Why there is no terminal to test on; `false` when there is one. */
export function missingTmux(): string | false {
  return spawnSync('tmux', ['-V']).status === 0 ? false : 'tmux is not installed';
}

export interface Terminal {
  /** Text on the screen, without the blanks at the ends of lines. */
  readonly screen: () => string;
  /** Keys in tmux's names (`C-c`, `Enter`); other words are typed as they are. */
  readonly press: (...keys: string[]) => void;
  /** Types `text` as it is and presses Enter. */
  readonly enter: (text: string) => void;
  /** Resolves when the pattern matches the screen. */
  readonly until: (pattern: RegExp) => Promise<void>;
  /** The screen with the escape sequences of its colours. */
  readonly coloredScreen: () => string;
  readonly resize: (columns: number, rows: number) => void;
  /** Runs a line of sh in another window. */
  readonly runElsewhere: (line: string) => void;
  /** Closes the window, as a lost connection does; a fresh shell in another window remains. */
  readonly hangUp: () => void;
  readonly close: () => void;
}

/** Wide enough for every line that a test types, wherever the project lies: readline breaks longer ones. */
const COLUMNS = 240;

/**
 * Opens a terminal in which bash waits with the prompt `$ `. It is there before anything can be typed: what comes
 * earlier is echoed by the kernel too, and the screen then shows it twice.
 */
export async function openTerminal(): Promise<Terminal> {
  const directory = mkdtempSync(join(tmpdir(), 'oneprocpool-tmux-'));
  const tmux = (...args: string[]): string =>
    execFileSync('tmux', ['-S', join(directory, 'socket'), '-f', '/dev/null', ...args], { encoding: 'utf8' });
  const shell = `env -u NODE_EXTRA_CA_CERTS PS1='$ ' bash --norc --noprofile`;
  tmux('new-session', '-d', '-s', 'test', '-x', String(COLUMNS), '-y', '40', shell);
  const screen = (): string =>
    tmux('capture-pane', '-p', '-t', 'test')
      .split('\n')
      .map((line) => line.trimEnd())
      .join('\n')
      .trimEnd();
  const press = (...keys: string[]): void => {
    tmux('send-keys', '-t', 'test', ...keys);
  };
  const until = (pattern: RegExp): Promise<void> =>
    waitUntil(() => {
      assert.match(screen(), pattern);
    }, 20_000);
  await until(/^\$$/);
  return {
    screen,
    press,
    enter: (text) => {
      // One command, so that nothing comes between text and Enter. tmux takes a `;` at an argument's end for its own.
      const literal = text.replace(/;$/, '\\;');
      tmux('send-keys', '-t', 'test', '-l', literal, ';', 'send-keys', '-t', 'test', 'Enter');
    },
    until,
    coloredScreen: () => tmux('capture-pane', '-e', '-p', '-t', 'test'),
    resize: (columns, rows) => {
      tmux('resize-window', '-t', 'test', '-x', String(columns), '-y', String(rows));
    },
    runElsewhere: (line) => {
      tmux('new-window', '-d', '-t', 'test', line);
    },
    hangUp: () => {
      tmux('new-window', '-d', '-t', 'test', shell);
      tmux('kill-window', '-t', 'test');
    },
    close: () => {
      tmux('kill-server');
      rmSync(directory, { recursive: true });
    },
  };
}
