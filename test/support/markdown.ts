/** The parts of a Markdown file that tests look at. Pure. */

export interface CodeBlock {
  readonly language: string;
  readonly text: string;
  /** The line of text before the block, where a file name may stand. */
  readonly before: string;
}

const FENCE = /(?:^|\n)([^\n]*)\n\n?```(\w*)\n([\s\S]*?)\n```/g;

export function codeBlocks(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(FENCE)].map(([, before = '', language = '', text = '']) => ({ before, language, text }));
}

/** Targets of links and images outside of code. */
export function linkTargets(markdown: string): string[] {
  const prose = markdown.replaceAll(/```[\s\S]*?```/g, '').replaceAll(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
}

/** What GitHub makes of each heading: `#how-the-proof-works`. */
export function anchors(markdown: string): string[] {
  const headings = [...markdown.replaceAll(/```[\s\S]*?```/g, '').matchAll(/^#+ +(.+)$/gm)];
  return headings.map(
    ([, words = '']) =>
      `#${words
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, '')
        .replaceAll(' ', '-')}`,
  );
}

/** Text between `<!-- NAME:start -->` and `<!-- NAME:end -->`; `undefined` without the markers. */
export function markedPart(markdown: string, name: string): string | undefined {
  return new RegExp(`<!-- begin ${name}\\b[^\\n]*-->([\\s\\S]*?)<!-- end ${name} -->`).exec(markdown)?.[1];
}
