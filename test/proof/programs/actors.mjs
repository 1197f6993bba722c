// Actors on threads of their own, in a ring: each works on a message and sends it to the next one.
// Usage: actors.mjs SECONDS ACTORS MESSAGES
import { pbkdf2Sync } from 'node:crypto';
import { isMainThread, MessageChannel, parentPort, Worker } from 'node:worker_threads';

const ITERATIONS = 8000;

if (isMainThread) await direct(...process.argv.slice(2).map(Number));
else parentPort.once('message', act);

async function direct(seconds, actors, messages) {
  const workers = Array.from({ length: actors }, () => new Worker(new URL(import.meta.url)));
  const channels = workers.map(() => new MessageChannel());
  workers.forEach((worker, i) => {
    const [from, to] = [channels[i].port2, channels[(i + 1) % actors].port1];
    worker.postMessage({ from, to, first: Math.floor((messages + i) / actors) }, [from, to]);
  });
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  process.exit(0);
}

function act({ from, to, first }) {
  from.on('message', (number) => {
    pbkdf2Sync('word', `salt ${number}`, ITERATIONS, 64, 'sha512');
    to.postMessage(number + 1, []);
  });
  for (let i = 0; i < first; i++) to.postMessage(i, []);
}
