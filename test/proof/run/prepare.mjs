// Builds what the commands of the set need, and puts it in place of their placeholders.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { prepareGroup } from '../../../tools/conformance/groups.mjs';

const HERE = new URL('..', import.meta.url).pathname;
const PROJECT = new URL('../../..', import.meta.url).pathname;
const CACHE = join(PROJECT, '.cache', 'proof');
const PROGRAMS = join(HERE, 'programs');
const engine = (...names) => names.map((name) => join(HERE, 'engine', name));
const programs = (...names) => names.map((name) => join(PROGRAMS, name));

/** The command that builds `target` from its sources. */
const BUILDS = {
  engine: [
    engine('engine.c', 'pieces.c', 'together.c', 'engine.h'),
    (target, sources) => ['gcc', '-O2', '-pthread', '-o', target, ...sources.slice(0, -1)],
  ],
  openmp: [engine('openmp.c'), (target, sources) => ['gcc', '-O2', '-fopenmp', '-o', target, ...sources]],
  recorder: [
    ['recorder.c', 'tasks.c', 'tasks.h'].map((name) => join(HERE, 'record', name)),
    (target, sources) => ['gcc', '-O2', '-o', target, ...sources.slice(0, -1)],
  ],
  go: [programs('busy.go', 'clock.go'), (target, sources) => ['go', 'build', '-o', target, ...sources]],
  consumers: [programs('consumers.go', 'clock.go'), (target, sources) => ['go', 'build', '-o', target, ...sources]],
  java: [
    programs('Busy.java', 'Stealing.java', 'Rates.java'),
    (target, sources) => ['javac', '-d', target, ...sources],
  ],
  beam: [programs('busy.erl'), (target, sources) => ['erlc', '-o', target, ...sources]],
};
const FOLDERS = new Set(['java', 'beam']);
const found = new Map();

/** Path of what was built; throws an error that says why it cannot be. */
export function buildPath(name) {
  const known = found.get(name) ?? attempt(() => build(name));
  found.set(name, known);
  if (known.error) throw known.error;
  return known.path;
}

function attempt(make) {
  try {
    return { path: make() };
  } catch (error) {
    return { error };
  }
}

function build(name) {
  const [sources, commandOf] = BUILDS[name];
  const key = createHash('sha256');
  for (const source of sources) key.update(readFileSync(source));
  const target = join(CACHE, `${name}-${key.digest('hex').slice(0, 12)}`);
  if (existsSync(target)) return target;
  // Runs that start at the same time build each for itself.
  const own = `${target}.${process.pid}`;
  mkdirSync(FOLDERS.has(name) ? own : CACHE, { recursive: true });
  const [file, ...args] = commandOf(own, sources);
  try {
    execFileSync(file, args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
    renameSync(own, target);
  } catch (error) {
    rmSync(own, { recursive: true, force: true });
    if (!existsSync(target))
      throw new Error(`cannot build ${name}: ${error.stderr ?? ''}${error.message}`, { cause: error });
  }
  return target;
}

/** The words of a row with its placeholders replaced, or why it cannot run here: `{ command }` or `{ reason }`. */
export function commandOf({ command, seconds }) {
  try {
    const words = command.map((word) =>
      word.replaceAll(/\{([\w.]+)\}/g, (_, name) => (name === 'seconds' ? seconds : valueOf(name))),
    );
    if (spawnSync('sh', ['-c', 'command -v "$0"', words[0]]).status !== 0)
      return { reason: `${words[0]} is not installed` };
    return { command: words };
  } catch (error) {
    return { reason: error.message };
  }
}

function valueOf(name) {
  if (name in BUILDS) return buildPath(name);
  if (name === 'programs') return PROGRAMS;
  if (name === 'engine.py') return join(HERE, 'engine', 'engine.py');
  if (name === 'node') return process.execPath;
  // Not the script of a version manager that starts it.
  if (name === 'python')
    return execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
  if (name !== 'core') throw new Error(`unknown placeholder: {${name}}`);
  const { python, reason } = prepareGroup('core', 'check');
  if (reason) throw new Error(reason);
  return python;
}
