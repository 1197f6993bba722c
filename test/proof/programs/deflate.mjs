// Uploads are compressed by the thread pool, LANES of them at a time, each after a wait. Usage: deflate.mjs SECONDS LANES WAIT_MS
import { deflate } from 'node:zlib';

const LEVEL = 9;
const MEGABYTE = 1 << 20;
const [seconds, lanes, waitMs] = process.argv.slice(2).map(Number);
const endMs = performance.now() + seconds * 1000;
const upload = Buffer.from(Array.from({ length: MEGABYTE }, (_, i) => (i * i * 31 + (i >> 3)) % 89));

function next() {
  if (performance.now() >= endMs) return;
  deflate(upload, { level: LEVEL }, () => (waitMs > 0 ? setTimeout(next, waitMs) : next()));
}

for (let i = 0; i < lanes; i++) next();
