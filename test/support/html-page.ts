/** Reads a page as a browser does; `.ci/run` installs the parser from tools/html. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PROJECT_ROOT } from './project.ts';

const PARSER = join(PROJECT_ROOT, 'tools/html/node_modules/parse5/dist/index.js');

export function missingParser(): string | false {
  return existsSync(PARSER) ? false : 'no parser of HTML (npm ci --prefix tools/html)';
}

interface Node {
  readonly nodeName: string;
  readonly value?: string;
  readonly attrs?: readonly { readonly name: string; readonly value: string }[];
  readonly childNodes?: readonly Node[];
}

export interface PageElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** With that of the elements inside; a blank after each cell of a table. */
  readonly text: string;
}

export interface Page {
  /** In the order of the page. */
  readonly elements: readonly PageElement[];
  /** Codes of what is against the standard. */
  readonly errors: readonly string[];
  readonly comments: number;
}

function textOf(node: Node): string {
  if (node.nodeName === '#text') return node.value ?? '';
  const text = (node.childNodes ?? []).map(textOf).join('');
  return node.nodeName === 'td' || node.nodeName === 'th' ? `${text} ` : text;
}

function allOf(node: Node): Node[] {
  return [node, ...(node.childNodes ?? []).flatMap(allOf)];
}

export async function createPageReader(): Promise<(text: string) => Page> {
  const { parse } = (await import(pathToFileURL(PARSER).href)) as {
    parse: (text: string, options: { onParseError: (error: { code: string }) => void }) => Node;
  };
  return (text) => {
    const errors: string[] = [];
    const nodes = allOf(parse(text, { onParseError: ({ code }) => errors.push(code) }));
    const elements = nodes.flatMap((node) =>
      node.attrs === undefined
        ? []
        : [
            {
              name: node.nodeName,
              attributes: Object.fromEntries(node.attrs.map(({ name, value }) => [name, value])),
              text: textOf(node),
            },
          ],
    );
    return { elements, errors, comments: nodes.filter(({ nodeName }) => nodeName === '#comment').length };
  };
}
