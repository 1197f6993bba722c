/**
 * The subcommands: what each is for and what may follow it. Pure.
 */
import { COMMAND_NAMES } from './option-spec.ts';
import type { CommandName } from './option-spec.ts';

export interface CommandSpec {
  readonly summary: string;
  /** After the options, for help. */
  readonly operands: string;
  /** `command`: the first word starts the user's command and ends our options; `words`: operands between options. */
  readonly takes: 'command' | 'words' | 'nothing';
  /** Command lines with what they do; together they fit in 74 columns. */
  readonly examples: readonly (readonly [line: string, meaning: string])[];
}

export const COMMAND_SPECS: Readonly<Record<CommandName, CommandSpec>> = {
  run: {
    summary: 'start COMMAND, or N copies of it (the default)',
    operands: '[--] COMMAND [ARG...]',
    takes: 'command',
    examples: [
      ['oneprocpool python3 train.py', 'no more threads than CPUs'],
      ['oneprocpool -w 4 -- python3 worker.py', 'four workers share the CPUs'],
      ['oneprocpool --pool app gunicorn app:main', 'it pools itself: libraries get 1'],
      ['oneprocpool --exec -- ./job', 'nothing stays resident'],
      ['oneprocpool plan -w 4', 'the numbers and their sources'],
    ],
  },
  plan: {
    summary: 'show limits, budget, workers and variables; start nothing',
    operands: '[-- COMMAND [ARG...]]',
    takes: 'command',
    examples: [
      ['oneprocpool plan', 'what one process would get'],
      ['oneprocpool plan -w auto --json', 'for programs'],
      ['oneprocpool plan --root ./bundle', 'from /proc and /sys below ./bundle'],
    ],
  },
  env: {
    summary: 'print the variables for a shell, a container or a unit file',
    operands: '',
    takes: 'nothing',
    examples: [
      ['eval "$(oneprocpool env)"', 'set them in this shell'],
      ['eval "`oneprocpool env --format csh`"', 'in csh or tcsh'],
      ['oneprocpool env --cpus 2 --format k8s', 'for a pod with 2 CPUs'],
    ],
  },
  export: {
    summary: 'files for places without this tool or without Node.js',
    operands: 'sh|docker|k8s|systemd|slurm',
    takes: 'words',
    examples: [
      ['oneprocpool export sh -o oneprocpool.sh', 'an entrypoint for any image'],
      ['oneprocpool export docker --form sh', 'what a Dockerfile needs'],
      ['oneprocpool export k8s -f app.yaml', 'a manifest with it added'],
      ['oneprocpool export systemd --cpus 1.5', 'a drop-in for a service'],
    ],
  },
  install: {
    summary: 'copy this executable into a directory',
    operands: 'DIR',
    takes: 'words',
    examples: [['oneprocpool install /shared/bin', 'in an init container']],
  },
  presets: {
    summary: 'the libraries that are known, with sources',
    operands: '[list | show ID | check [FILE...]]',
    takes: 'words',
    examples: [
      ['oneprocpool presets', 'all of them'],
      ['oneprocpool presets show numexpr', 'one, with its variables and sources'],
      ['oneprocpool presets check mine.json', 'is this preset sound?'],
    ],
  },
  demo: {
    summary: 'the "who controls parallelism?" experiment on this machine',
    operands: '',
    takes: 'nothing',
    examples: [['oneprocpool demo', 'a table with a bar for each way']],
  },
  completion: {
    summary: 'print the completion script of a shell',
    operands: 'bash|zsh|fish',
    takes: 'words',
    examples: [['source <(oneprocpool completion bash)', 'in ~/.bashrc']],
  },
  help: {
    summary: 'show help, of all or of one command',
    operands: '[COMMAND]',
    takes: 'words',
    examples: [
      ['oneprocpool help plan', 'what plan is for, and its options'],
      ['oneprocpool -- help', 'start a program called help'],
    ],
  },
  version: {
    summary: 'show the version',
    operands: '',
    takes: 'nothing',
    examples: [['oneprocpool version', 'as --version']],
  },
};

export function isCommandName(word: string): word is CommandName {
  return (COMMAND_NAMES as readonly string[]).includes(word);
}
