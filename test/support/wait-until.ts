/** Waiting for something to become true, instead of sleeping for a guessed time. */

/**
 * Runs `assertion` until it does not throw, and resolves to what it returns. After `timeoutMs` the last
 * error is thrown as it is.
 */
export async function waitUntil<T>(assertion: () => T | Promise<T>, timeoutMs = 10_000): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (performance.now() >= deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
