/** Placeholder until the command line branch is merged. */
export async function renderCompletion(words: readonly string[], ids: readonly string[]): Promise<string> { return [...words, ...ids].join(' '); }
