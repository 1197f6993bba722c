/**
 * Keeps the stream objects of this process from being created. Uses `process`.
 *
 * Whoever reads `process.stdin`, `stdout` or `stderr` creates one, and that makes a pipe behind it non-blocking
 * for everyone who shares it, the workers included. execa reads them, and so does Node when it closes any pipe:
 * https://github.com/nodejs/node/blob/v20.20.2/lib/net.js (`Socket.prototype._destroy`).
 */
const NAMES = ['stdin', 'stdout', 'stderr'] as const;

/** What is seen instead: a stream that is no terminal and can do nothing. */
const INERT = { isTTY: false };

let depth = 0;
let hidden: readonly (readonly [string, PropertyDescriptor])[] = [];

function hide(): void {
  depth += 1;
  if (depth > 1) return;
  hidden = NAMES.flatMap((name) => {
    const descriptor = Object.getOwnPropertyDescriptor(process, name);
    return descriptor === undefined ? [] : [[name, descriptor] as const];
  });
  for (const name of NAMES) Object.defineProperty(process, name, { value: INERT, configurable: true });
}

function show(): void {
  depth -= 1;
  if (depth > 0) return;
  for (const [name, descriptor] of hidden) Object.defineProperty(process, name, descriptor);
}

/** For the rest of the run: whoever closes pipes at any moment needs that. */
export function hideStandardStreams(): void {
  hide();
}

/** Does something while the stream objects are out of sight; may run side by side with itself. */
export async function withoutStandardStreams<T>(action: () => Promise<T>): Promise<T> {
  hide();
  try {
    return await action();
  } finally {
    show();
  }
}
