/** A real terminal for tests: tmux on a socket of its own. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Why there is no terminal to test on; `false` when there is one. */
export function missingTmux(): string | false {
  return spawnSync('tmux', ['-V']).status === 0 ? false : 'tmux is not installed';
}

export interface Terminal {
  /** Text on the screen, without the blanks at the ends of lines. */
  readonly screen: () => string;
  /** Keys in tmux's names (`C-c`, `Enter`); other words are typed as they are. */
  readonly press: (...keys: string[]) => void;
  readonly close: () => void;
}

/** Opens a terminal in which bash waits with the prompt `$ `. */
export function openTerminal(): Terminal {
  const directory = mkdtempSync(join(tmpdir(), 'oneprocpool-tmux-'));
  const tmux = (...args: string[]): string =>
    execFileSync('tmux', ['-S', join(directory, 'socket'), '-f', '/dev/null', ...args], { encoding: 'utf8' });
  const shell = `env -u NODE_EXTRA_CA_CERTS PS1='$ ' bash --norc --noprofile`;
  tmux('new-session', '-d', '-s', 'test', '-x', '120', '-y', '40', shell);
  return {
    screen: () =>
      tmux('capture-pane', '-p', '-t', 'test')
        .split('\n')
        .map((line) => line.trimEnd())
        .join('\n')
        .trimEnd(),
    press: (...keys) => {
      tmux('send-keys', '-t', 'test', ...keys);
    },
    close: () => {
      tmux('kill-server');
      rmSync(directory, { recursive: true });
    },
  };
}
