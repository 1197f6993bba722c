/**
 * Keeps the stream objects of this process from being created, from the first start of a program on. Uses `process`.
 *
 * Whoever reads `process.stdin`, `stdout` or `stderr` creates one, and that makes a pipe behind it non-blocking
 * for everyone who shares it, the workers included. execa reads them, and so does Node when it closes any pipe:
 * https://github.com/nodejs/node/blob/v20.20.2/lib/net.js (`Socket.prototype._destroy`).
 */
const NAMES = ['stdin', 'stdout', 'stderr'] as const;

/** What is seen instead: a stream that is no terminal and can do nothing. */
const INERT = { isTTY: false };

/**
 * Puts the stream objects out of sight, for good: pipes are closed whenever their other side is, which may be
 * long after what opened them. Our own text goes to the descriptors (console.ts).
 */
export function hideStandardStreams(): void {
  for (const name of NAMES) Object.defineProperty(process, name, { value: INERT, configurable: true });
}
