/** A command for the tests of signals: says `ready`, then the name of each signal that reaches it. */

/**
 * Script for `sh -c`. Each signal of `handled` is answered with its name on a line of stdout; with
 * `endsOn` it ends with `status` at that signal. The script never ends otherwise.
 */
export function listeningWorker(handled: readonly string[], end?: { on: string; status: number }): string {
  const traps = handled.map((name) => {
    const finish = end?.on === name ? `; kill $!; exit ${end.status}` : '';
    return `trap 'echo ${name}${finish}' ${name}`;
  });
  return [...traps, 'echo ready', 'while :; do sleep 60 & wait $!; kill $! 2>/dev/null; done'].join('\n');
}

/** How often each line stands in a text. */
export function countLines(text: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const line of text.split('\n').filter((content) => content !== '')) counts[line] = (counts[line] ?? 0) + 1;
  return counts;
}
