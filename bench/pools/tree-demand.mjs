// Demand of each process of a tree between two marks on its stdout: threads that ran or waited for a CPU, from
// /proc/PID/task/TID/schedstat. Shares no code with the product.
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';

const PERIOD_MS = 20;
const LONGEST_MS = 180_000;
/** A process below this waits for the others. */
const BUSY_CPUS = 0.2;

/** `{ status, seconds, demands, total, stderr }`; demands in CPUs by process, largest first, of busy processes only. */
export function measureTree(command, env) {
  return new Promise((resolve) => {
    const child = spawn(command[0], command.slice(1), { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const tooLong = setTimeout(() => child.kill('SIGTERM'), LONGEST_MS);
    let watch;
    let result = { seconds: null, demands: [] };
    let stderr = '';
    child.stderr.on('data', (data) => (stderr += data));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [mark, value] = line.split(' ');
      if (mark === '@work') watch = watchTree(Number(value));
      if (mark === '@done') result = { seconds: Number(value), demands: watch.finish() };
    });
    child.on('close', (status) => {
      clearTimeout(tooLong);
      watch?.finish();
      resolve({ status, ...result, total: total(result.demands), stderr });
    });
  });
}

function watchTree(root) {
  const byProcess = new Map();
  const last = tasksOf(root);
  const startedAt = performance.now();
  const look = () => {
    for (const [task, ns] of tasksOf(root)) {
      const pid = task.split('/')[0];
      byProcess.set(pid, (byProcess.get(pid) ?? 0) + ns - (last.get(task) ?? 0));
      last.set(task, ns);
    }
  };
  const timer = setInterval(look, PERIOD_MS);
  return {
    finish() {
      clearInterval(timer);
      look();
      const ns = (performance.now() - startedAt) * 1e6;
      const demands = [...byProcess.values()].map((runnable) => runnable / ns);
      return demands.filter((demand) => demand >= BUSY_CPUS).sort((a, b) => b - a);
    },
  };
}

function tasksOf(pid, tasks = new Map()) {
  for (const tid of list(`/proc/${pid}/task`)) {
    const [ran, waited] = read(`/proc/${pid}/task/${tid}/schedstat`).split(' ').map(Number);
    if (waited !== undefined) tasks.set(`${pid}/${tid}`, ran + waited);
    for (const child of read(`/proc/${pid}/task/${tid}/children`).split(' ').filter(Boolean)) tasksOf(child, tasks);
  }
  return tasks;
}

function list(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return []; // ended between two looks
  }
}

function read(file) {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return ''; // ended between two looks
  }
}

/** @param {readonly number[]} demands */
function total(demands) {
  return demands.reduce((sum, demand) => sum + demand, 0);
}
