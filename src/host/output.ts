/** `OutputPort` on the real descriptors and files; the code behind it is loaded when first called for. */
import type { OutputPort } from './ports.ts';

export function createOutput(): OutputPort {
  return {
    openStandard: async () => (await import('./standard-sinks.ts')).openStandardSinks(),
    createFile: async (path) => {
      (await import('./file-sink.ts')).createFile(path);
    },
    openFile: async (path) => (await import('./file-sink.ts')).openFileSink(path),
  };
}
