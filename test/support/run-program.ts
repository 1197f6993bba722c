/** Starts the built program as a user would, and collects what it says. */
import { spawn, type ChildProcess } from 'node:child_process';
import { PROGRAM } from './project.ts';

/** A program that takes longer hangs, and is killed. On a busy machine 256 workers take more than a minute. */
const LONGEST_RUN_MS = 240_000;

export interface ProgramResult {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramOptions {
  /** Added to the environment of the tests; `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Text for stdin; without it stdin is empty. */
  readonly input?: string;
  readonly cwd?: string;
  /** Another program than the one under test; `args` go to it. */
  readonly file?: string;
}

export interface RunningProgram {
  readonly pid: number;
  /** Text on stdout so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly signal: (signal: NodeJS.Signals) => void;
  readonly result: Promise<ProgramResult>;
}

function environment(changes: ProgramOptions['env'] = {}): Record<string, string> {
  const env: Record<string, string | undefined> = { ...process.env, ...changes };
  // The certificates cost 40 ms at each start of node; the tests need none.
  if (changes['NODE_EXTRA_CA_CERTS'] === undefined) delete env['NODE_EXTRA_CA_CERTS'];
  const given = Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return Object.fromEntries(given);
}

function collect(stream: ChildProcess['stdout']): () => string {
  const chunks: Buffer[] = [];
  stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}

export function startProgram(args: readonly string[], options: ProgramOptions = {}): RunningProgram {
  const child = spawn(options.file ?? PROGRAM, args, {
    env: environment(options.env),
    cwd: options.cwd,
    stdio: 'pipe',
  });
  if (child.pid === undefined) throw new Error(`Could not start ${options.file ?? PROGRAM}`);
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  // A program that ends without reading closes the pipe early.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const timer = setTimeout(() => child.kill('SIGKILL'), LONGEST_RUN_MS);
  const result = new Promise<ProgramResult>((resolve) => {
    child.once('close', (status, signal) => {
      clearTimeout(timer);
      resolve({ status, signal, stdout: stdout(), stderr: stderr() });
    });
  });
  return { pid: child.pid, stdout, stderr, signal: (signal) => child.kill(signal), result };
}

export function runProgram(args: readonly string[], options: ProgramOptions = {}): Promise<ProgramResult> {
  return startProgram(args, options).result;
}
