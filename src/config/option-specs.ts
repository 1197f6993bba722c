/**
 * THE table of options. Types, the command line, the environment, the config file, its JSON Schema, help,
 * documents and completions derive from it. Pure.
 */
import { list, map, optional, toggle, value } from './option-builders.ts';
import type { CommandName, OptionSpec } from './option-spec.ts';
import {
  assignment,
  choice,
  cpuAmount,
  duration,
  exitStatus,
  orWord,
  path,
  presetId,
  reserve,
  signal,
  wholeNumber,
} from './value-type.ts';

const PLANNING: readonly CommandName[] = ['run', 'plan', 'env', 'export'];
/** `plan` takes them too, so that `plan` can be put in front of any command line. */
const RUNNING: readonly CommandName[] = ['run', 'plan'];
const EVERYWHERE: readonly CommandName[] = ['run', 'plan', 'env', 'export', 'install', 'presets', 'demo', 'completion'];

/** More workers than any machine starts on purpose. */
const MAX_WORKERS = 4096;

const cpus = { group: 'CPUs and workers', commands: PLANNING } as const;
const libraries = { group: 'Libraries', commands: PLANNING } as const;
const running = { group: 'Running', commands: RUNNING } as const;
const proof = { group: 'Proof', commands: RUNNING } as const;
const output = { group: 'Output', commands: EVERYWHERE } as const;
const configuration = { group: 'Configuration', commands: [...PLANNING, 'presets'] } as const;
const exporting = { group: 'Export', commands: ['export'], layers: ['flag'] } as const;

// One line for each fact of an option; wrapped, the table would not fit a screen.
// prettier-ignore
export const OPTION_SPECS = {
  workers: value({ ...cpus, flag: 'workers', short: 'w', placeholder: 'N', type: orWord(wholeNumber(MAX_WORKERS), 'auto'), fallback: 1,
    description: 'copies of the command to start; auto: one for each CPU of the budget' }),
  pool: value({ ...cpus, flag: 'pool', placeholder: 'SIDE', type: choice('auto', 'libraries', 'app'), fallback: 'auto',
    description: 'who runs in parallel: auto (libraries, or the workers of joblib or dask), libraries (NumPy, Polars use all CPUs; default of env and export), app (your own processes or threads; libraries get 1 thread)' }),
  // No environment: there ONEPROCPOOL_THREADS is what an outer launcher allows us.
  threads: optional({ ...cpus, flag: 'threads', placeholder: 'K', type: wholeNumber(MAX_WORKERS), layers: ['flag', 'file'],
    description: 'threads of each worker, instead of its share of the budget' }),
  cpus: optional({ ...cpus, commands: [...PLANNING, 'demo'], flag: 'cpus', placeholder: 'Q', type: cpuAmount,
    description: 'use at most this many CPUs: 2, 1.5 or 1500m' }),
  outer: value({ ...cpus, flag: 'outer', placeholder: 'HOW', type: choice('auto', 'ignore'), fallback: 'auto',
    description: 'the share told by a batch scheduler, MPI, torchrun or an outer oneprocpool: auto (a limit), ignore' }),
  reserve: optional({ ...cpus, flag: 'reserve', placeholder: 'N|P%', type: reserve,
    description: 'hold back N CPUs, or P percent of them' }),
  round: value({ ...cpus, flag: 'round', placeholder: 'HOW', type: choice('floor', 'nearest', 'ceil'), fallback: 'floor',
    description: 'how a budget with a fraction becomes whole CPUs: floor, nearest, ceil' }),
  uniform: toggle({ ...cpus, flag: 'uniform', fallback: false,
    description: 'the same number of threads in every worker, even if CPUs stay unused' }),
  physical: toggle({ ...cpus, flag: 'physical', fallback: false,
    description: 'count physical cores instead of hardware threads' }),
  pin: toggle({ ...cpus, commands: RUNNING, flag: 'pin', fallback: false,
    description: 'give each worker CPUs of its own: on one NUMA node where it fits, whole cores first, then hardware threads' }),
  strict: toggle({ ...cpus, flag: 'strict', fallback: false,
    description: 'refuse a plan with more threads than CPUs' }),

  preset: list({ ...libraries, flag: 'preset', placeholder: 'ID', type: presetId,
    description: 'set the variables of these presets only (repeatable)' }),
  with: list({ ...libraries, flag: 'with', placeholder: 'ID', type: presetId,
    description: 'add a preset that is not in the default set (repeatable)' }),
  without: list({ ...libraries, flag: 'without', placeholder: 'ID', type: presetId,
    description: 'leave a preset out (repeatable)' }),
  inherit: value({ ...libraries, flag: 'inherit', placeholder: 'HOW', type: choice('cap', 'keep', 'replace'), fallback: 'cap',
    description: 'variables that are set already: cap (lower what is higher), keep, replace' }),
  env: map({ ...libraries, flag: 'env', placeholder: 'K=V', type: assignment,
    description: 'set a variable of your own in every worker (repeatable)' }),

  template: toggle({ ...running, flag: 'template', fallback: false,
    description: 'replace {index}, {count} and {threads} in the arguments of the command' }),
  exec: toggle({ ...running, flag: 'exec', fallback: false, negatable: false, layers: ['flag', 'environment'],
    description: 'set the variables, then become the command: nothing stays behind, nothing is measured' }),
  failFast: toggle({ ...running, flag: 'fail-fast', fallback: true,
    description: 'stop the other workers when one fails' }),
  stopSignal: value({ ...running, flag: 'stop-signal', placeholder: 'S', type: signal, fallback: 'SIGTERM',
    description: 'signal that asks a worker to stop' }),
  stopTimeout: value({ ...running, flag: 'stop-timeout', placeholder: 'T', type: duration, fallback: 10_000, fallbackText: '10s',
    description: 'time from that signal to SIGKILL: 500ms, 10s, 2m; given, also after a forwarded TERM, INT or QUIT' }),
  successStatus: list({ ...running, flag: 'success-status', placeholder: 'LIST', type: exitStatus,
    description: 'exit statuses of a worker that count as success, as 0 does: 143 or 143,130 (repeatable)' }),
  restart: value({ ...running, flag: 'restart', placeholder: 'WHEN', type: choice('never', 'on-failure', 'always'), fallback: 'never',
    description: 'start a worker again when it ends: never, on-failure, always' }),
  maxRestarts: value({ ...running, flag: 'max-restarts', placeholder: 'N', type: orWord(wholeNumber(1000), 'unlimited'), fallback: 5,
    description: 'restarts of one worker within 10 minutes before it counts as failed; or unlimited' }),
  prefix: toggle({ ...running, flag: 'prefix', fallback: false,
    description: 'carry the output of the workers line by line, each with the index of its worker' }),
  outputDir: optional({ ...running, flag: 'output-dir', placeholder: 'DIR', type: path('directory'),
    description: 'write output to worker-N.stdout.log and .stderr.log in DIR; with --prefix to stdout and stderr too' }),
  dryRun: toggle({ ...running, flag: 'dry-run', short: 'n', fallback: false,
    description: 'show the plan and start nothing' }),

  verify: value({ ...proof, flag: 'verify', placeholder: 'HOW', type: choice('off', 'warn', 'fail'), fallback: 'warn',
    description: 'measure the demand while it runs: off, warn, or fail (exit status 125 when it exceeds the limit)' }),
  report: optional({ ...proof, flag: 'report', placeholder: 'FILE', type: path('file'),
    description: 'write the run report to FILE (.json or .html)' }),
  reportEnv: toggle({ ...proof, flag: 'report-env', fallback: false,
    description: 'show the values of your own variables (--env) in the run report, where they are masked' }),
  processTree: value({ ...proof, flag: 'process-tree', placeholder: 'HOW', type: choice('auto', 'procfs', 'pidtree'), fallback: 'auto',
    description: 'how the processes of a worker are found: auto, procfs, pidtree' }),

  format: value({ group: 'Output', commands: ['env'], flag: 'format', placeholder: 'F', fallback: 'sh',
    type: choice('sh', 'csh', 'fish', 'powershell', 'dotenv', 'docker', 'k8s', 'k8s-envfile', 'systemd', 'github', 'json'),
    description: 'sh, csh, fish, powershell, dotenv, docker, k8s, k8s-envfile, systemd, github or json' }),
  form: optional({ ...exporting, flag: 'form', placeholder: 'FORM', type: choice('binary', 'sh', 'command', 'init-copy', 'image-volume', 'env-file', 'file-key-ref'),
    description: 'docker: binary, sh; k8s: command, init-copy, image-volume, env-file, file-key-ref' }),
  image: optional({ ...exporting, flag: 'image', placeholder: 'REF', type: path('name of an image'),
    description: 'container image that holds the oneprocpool executable' }),
  file: list({ ...exporting, flag: 'file', short: 'f', placeholder: 'FILE', type: path('file'),
    description: 'k8s: print FILE (-: standard input) with the container changed (repeatable)' }),
  container: optional({ ...exporting, flag: 'container', placeholder: 'NAME', type: path('name of a container'),
    description: 'k8s: the container to change; not needed when there is only one' }),
  output: optional({ ...exporting, commands: ['env', 'export'], flag: 'output', short: 'o', placeholder: 'FILE', type: path('file'),
    description: 'write to FILE instead of standard output' }),
  json: toggle({ ...output, flag: 'json', fallback: false, description: 'print JSON for programs' }),
  color: value({ ...output, flag: 'color', placeholder: 'WHEN', type: choice('auto', 'always', 'never'), fallback: 'auto',
    description: 'colour: auto, always, never' }),
  quiet: toggle({ ...output, flag: 'quiet', short: 'q', fallback: false, description: 'print errors only' }),
  verbose: toggle({ ...output, flag: 'verbose', short: 'v', fallback: false, description: 'print notes too' }),

  // Not in the file: it says which file.
  config: optional({ ...configuration, flag: 'config', placeholder: 'FILE', type: path('file'), negatable: true, layers: ['flag', 'environment'],
    description: 'read this config file; --no-config: none' }),
  root: optional({ ...configuration, commands: ['plan', 'env'], flag: 'root', placeholder: 'DIR', type: path('directory'), layers: ['flag', 'environment'],
    description: 'read /proc and /sys below DIR: the plan for another machine' }),
} satisfies Record<string, OptionSpec<unknown>>;

/** Name of an option: its key in the config file. */
export type OptionName = keyof typeof OPTION_SPECS;

/** The value of every option, by name. */
export type OptionValues = {
  readonly [Name in OptionName]: (typeof OPTION_SPECS)[Name] extends OptionSpec<infer Value> ? Value : never;
};

export const OPTION_NAMES = Object.keys(OPTION_SPECS) as OptionName[];

/** The table seen without its value types, for code that treats all options alike. */
export const OPTIONS: Readonly<Record<OptionName, OptionSpec<unknown>>> = OPTION_SPECS;

/** `ONEPROCPOOL_STOP_TIMEOUT` for `stopTimeout`. */
export function variableOf(name: OptionName): string {
  return `ONEPROCPOOL_${OPTIONS[name].flag.replaceAll('-', '_').toUpperCase()}`;
}
