/** Two made-up presets: one library that a variable bounds, one without any. */
import type { LibraryPreset } from '../../../src/presets/preset.ts';

function preset(more: Partial<LibraryPreset> & Pick<LibraryPreset, 'id' | 'name'>): LibraryPreset {
  return {
    tier: 'default',
    side: 'library',
    set: [],
    unset: [],
    languages: ['c'],
    precedence: '',
    readAt: 'load',
    unsetDefault: '',
    detect: { sonames: [], threadNames: [] },
    traps: [],
    sources: [],
    verified: [],
    ...more,
  };
}

export const BLAS = preset({
  id: 'blas',
  name: 'FastBLAS',
  set: [{ variable: 'BLAS_NUM_THREADS', value: '{threads}', meaning: 'total' }],
  detect: { sonames: ['libfastblas*.so*'], threadNames: [] },
});
export const RUNTIME = preset({
  id: 'runtime',
  name: 'Free Runtime',
  tier: 'no-control',
  cure: 'set_threads(k)',
  detect: { sonames: ['libfree.so'], threadNames: ['free-worker-*'] },
});
export const PRESETS = [BLAS, RUNTIME];
export const BLAS_MAP = '7f00-7f01 r-xp 0 00:00 1 /usr/lib/libfastblas.so.3\n';
