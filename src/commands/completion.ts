/**
 * `oneprocpool completion SHELL`: a script that completes options, their values and subcommands.
 * Made from the table of options; text only, the caller prints it. Pure.
 */
import { OneprocpoolError } from '../errors.ts';
import { closestName } from '../text/closest-name.ts';
import { readVocabulary } from './completion/vocabulary.ts';
import type { Vocabulary } from './completion/vocabulary.ts';

type Shell = 'bash' | 'zsh' | 'fish';

/** `words` are the operands of the subcommand; `presetIds` complete `--with` and its like. Throws USAGE. */
export async function renderCompletion(words: readonly string[], presetIds: readonly string[] = []): Promise<string> {
  const shell = checkShell(words);
  const vocabulary = readVocabulary(presetIds);
  return (await loadRenderer(shell))(vocabulary);
}

async function loadRenderer(shell: Shell): Promise<(vocabulary: Vocabulary) => string> {
  switch (shell) {
    case 'bash':
      return (await import('./completion/bash.ts')).renderBash;
    case 'zsh':
      return (await import('./completion/zsh.ts')).renderZsh;
    case 'fish':
      return (await import('./completion/fish.ts')).renderFish;
  }
}

function checkShell(words: readonly string[]): Shell {
  const [word] = words;
  if (words.length === 1 && (word === 'bash' || word === 'zsh' || word === 'fish')) return word;
  const meant = closestName(word ?? '', ['bash', 'zsh', 'fish']) ?? 'bash';
  const found = words.length === 0 ? 'none' : `\`${words.join(' ')}\``;
  throw new OneprocpoolError(
    'USAGE',
    `Expected \`completion\` to be followed by one of bash, zsh, fish, got ${found}`,
    {
      hint: `for example \`source <(oneprocpool completion ${meant})\``,
    },
  );
}
