// Demand of each process of a tree between two marks on its stdout: threads that ran or waited for a CPU, from
// /proc/PID/task/TID/schedstat. Shares no code with the product.
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';

const PERIOD_MS = 20;
const LONGEST_MS = 180_000;
/** A process below this waits for the others. */
const BUSY_CPUS = 0.2;

/** A thread that ran for less than this part of the time of the busiest one hands out work, or collects it. */
const WORKING_PART = 0.3;

/**
 * `{ status, seconds, demands, total, working, stderr }`; demands in CPUs by process, largest first, of busy processes
 * only. `working`: how many threads of each process did the work, largest first. What such a thread takes does not
 * depend on the neighbours, as the time does that a helper waits for a CPU.
 */
export function measureTree(command, env) {
  return new Promise((resolve) => {
    const child = spawn(command[0], command.slice(1), { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const tooLong = setTimeout(() => child.kill('SIGTERM'), LONGEST_MS);
    let watch;
    let result = { seconds: null, demands: [], working: [] };
    let stderr = '';
    child.stderr.on('data', (data) => (stderr += data));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [mark, value] = line.split(' ');
      if (mark === '@work') watch = watchTree(Number(value));
      if (mark === '@done') result = { seconds: Number(value), ...watch.finish() };
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
  const ranByTask = new Map();
  const last = tasksOf(root);
  const startedAt = performance.now();
  const look = () => {
    for (const [task, now] of tasksOf(root)) {
      const pid = task.split('/')[0];
      const before = last.get(task) ?? { ran: 0, waited: 0 };
      const ran = now.ran - before.ran;
      byProcess.set(pid, (byProcess.get(pid) ?? 0) + ran + now.waited - before.waited);
      ranByTask.set(task, (ranByTask.get(task) ?? 0) + ran);
      last.set(task, now);
    }
  };
  const timer = setInterval(look, PERIOD_MS);
  return {
    finish() {
      clearInterval(timer);
      look();
      const ns = (performance.now() - startedAt) * 1e6;
      const demands = [...byProcess.values()].map((runnable) => runnable / ns);
      const busy = demands.filter((demand) => demand >= BUSY_CPUS).sort((a, b) => b - a);
      return { demands: busy, working: countWorking(ranByTask) };
    },
  };
}

function countWorking(ranByTask) {
  const most = Math.max(0, ...ranByTask.values());
  const byProcess = new Map();
  for (const [task, ran] of ranByTask) {
    const pid = task.split('/')[0];
    if (ran > 0 && ran >= most * WORKING_PART) byProcess.set(pid, (byProcess.get(pid) ?? 0) + 1);
  }
  return [...byProcess.values()].sort((a, b) => b - a);
}

function tasksOf(pid, tasks = new Map()) {
  for (const tid of list(`/proc/${pid}/task`)) {
    const [ran, waited] = read(`/proc/${pid}/task/${tid}/schedstat`).split(' ').map(Number);
    if (waited !== undefined) tasks.set(`${pid}/${tid}`, { ran, waited });
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
