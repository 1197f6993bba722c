// N hashes at a time in the thread pool of libuv (UV_THREADPOOL_SIZE). Usage: node-pool.mjs SECONDS N
import { pbkdf2 } from 'node:crypto';

const [seconds, count] = process.argv.slice(2).map(Number);
const endMs = performance.now() + seconds * 1000;
const hash = () => pbkdf2('word', 'salt', 60_000, 64, 'sha512', () => performance.now() < endMs && hash());
for (let i = 0; i < count; i++) hash();
