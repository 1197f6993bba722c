/**
 * The text of a changed document, as much as possible in the style of the one it was read from. Pure.
 */
import type { Document } from '../../config/yaml-document.ts';
import { OneprocpoolError } from '../../errors.ts';
import { forgetSources, parseManifest, shapeOf } from './manifest-yaml.ts';
import { restoreSpacing } from './restore-spacing.ts';

/** Each form is read back before it is taken. Throws INTERNAL when none means what the document says. */
export function writeManifest(doc: Document, original: string): string {
  const lines = original.replaceAll('\r\n', '\n');
  const style = styleOf(lines);
  const wanted = shapeOf(doc);
  const isRight = (text: string) => {
    try {
      return shapeOf(parseManifest({ text, line: 1 }, 'the result')) === wanted;
    } catch {
      // Not even YAML; another form may be.
      return false;
    }
  };
  const forms = [
    () => restoreSpacing(lines, doc.toString(style)),
    () => doc.toString(style),
    () => {
      forgetSources(doc);
      return doc.toString(style);
    },
  ];
  for (const form of forms) {
    const text = form();
    if (isRight(text)) return original.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text;
  }
  throw new OneprocpoolError('INTERNAL', 'the changed manifest could not be written without changing more', {
    hint: 'this is a defect of oneprocpool; please report it with the manifest',
  });
}

/** As the text is written already, so that lines that oneprocpool does not write stay as they are. */
function styleOf(text: string) {
  const step = /^( *)[^\s#-][^\n]*:[ \t]*(?:#[^\n]*)?\n(?:\s*#[^\n]*\n)*( +)[^\s#-]/m.exec(text);
  const width = step === null ? 2 : (step[2]?.length ?? 0) - (step[1]?.length ?? 0);
  return {
    lineWidth: 0,
    indent: width >= 1 && width <= 8 ? width : 2,
    indentSeq: !/^( *)[^\s#-][^\n]*:[ \t]*(?:#[^\n]*)?\n(?:\s*#[^\n]*\n)*\1- /m.test(text),
    flowCollectionPadding: /[[{] +[^\s\]}]/.test(text),
  };
}
