/** `OutputPort` with bun's own writer for pipes and sockets, which waits in its event loop. */
import { createOutput } from '../output.ts';
import type { OutputPort } from '../ports.ts';

export function createNativeOutput(): OutputPort {
  return {
    ...createOutput(),
    openStandard: async () => {
      const [{ openStandardSinks }, { createFileSink }] = await Promise.all([
        import('../standard-sinks.ts'),
        import('./pipe-sink.ts'),
      ]);
      // All output of the workers will pass through us.
      Bun.unsafe.setJITPolicy(1);
      return openStandardSinks(createFileSink);
    },
  };
}
