// preset: node-libuv
// group: node
// with: node-libuv
// variable: UV_THREADPOOL_SIZE
// force: UV_THREADPOOL_SIZE={threads}
import { pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';

const hash = promisify(pbkdf2);
const seconds = Number(process.env.CONFORMANCE_SECONDS ?? 4);
const end = performance.now() + seconds * 1000;
process.stdout.write(`@version node ${process.version}, libuv ${process.versions.uv}\n@work ${process.pid}\n`);
let steps = 0;
const lane = async () => {
  for (; performance.now() < end; steps++) await hash('a', 'b', 20_000, 64, 'sha512');
};
await Promise.all(Array.from({ length: 8 }, lane));
process.stdout.write(`@done ${steps}\n`);
