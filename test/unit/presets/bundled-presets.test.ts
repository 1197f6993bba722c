import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { checkPreset } from '../../../src/presets/check-preset.ts';
import { loadControls, loadPresets } from '../../../src/presets/load-presets.ts';
import type { ControlVariable, PresetControls } from '../../../src/presets/preset.ts';
import { selectPresets } from '../../../src/presets/select-presets.ts';
import { PROJECT_ROOT } from '../../support/project.ts';

const schema = JSON.parse(readFileSync(join(PROJECT_ROOT, 'schemas/preset.schema.json'), 'utf8')) as object;
const isValid = new Ajv2020({ allErrors: true }).compile(schema);
const files = readdirSync(join(PROJECT_ROOT, 'presets')).filter((name) => name.endsWith('.json'));

/** The libraries that must have a preset, whatever else there is. */
const REQUIRED_IDS = `openblas-pthreads openblas-openmp blis-pthread blis-openmp aocl-blis mkl accelerate armpl nvpl flexiblas
  libgomp libomp tbb numexpr blosc1 blosc2 numcodecs zarr2 zarr3 numba torch tensorflow jax-xla sklearn joblib-loky
  python-cpu-count dask polars pyarrow duckdb datafusion lance daft vaex xgboost lightgbm faiss ctranslate2 onnxruntime
  tokenizers opencv gdal itk libvips rayon tokio go jvm dotnet node-libuv julia r-datatable r-rcppparallel r-mc-cores
  llamacpp fftw atlas`.split(/\s+/);

const DEFAULT_VARIABLES = `BLIS_NUM_THREADS BLOSC_NTHREADS ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS LOKY_MAX_CPU_COUNT MKL_NUM_THREADS
  NUMBA_NUM_THREADS NUMEXPR_MAX_THREADS NUMEXPR_NUM_THREADS OMP_NUM_THREADS OPENBLAS_NUM_THREADS OPENCV_FOR_THREADS_NUM
  ORT_INTER_OP_NUM_THREADS ORT_INTRA_OP_NUM_THREADS POLARS_MAX_THREADS PYTHON_CPU_COUNT RCPP_PARALLEL_NUM_THREADS
  R_DATATABLE_NUM_THREADS TF_NUM_INTEROP_THREADS TF_NUM_INTRAOP_THREADS VECLIB_MAXIMUM_THREADS`.split(/\s+/);

const DEFAULT_REMOVALS = `BLIS_IC_NT BLIS_JC_NT BLIS_JR_NT BLIS_IR_NT BLIS_NT BLIS_PC_NT GOMP_CPU_AFFINITY GOTO_NUM_THREADS KMP_AFFINITY
  KMP_HW_SUBSET MKL_DOMAIN_NUM_THREADS OMP_DYNAMIC OMP_NESTED OMP_PLACES OMP_PROC_BIND OPENBLAS_DEFAULT_NUM_THREADS
  TBB_NUM_THREADS`.split(/\s+/);

/** Dangerous, or read by other tools: no preset may write them. */
const NEVER_WRITTEN = `OMP_PROC_BIND OMP_PLACES OMP_DYNAMIC OMP_NESTED MKL_DYNAMIC KMP_AFFINITY GOMP_CPU_AFFINITY JULIA_EXCLUSIVE
  JAVA_TOOL_OPTIONS NODE_OPTIONS XLA_FLAGS NPROC NSLOTS SLURM_CPUS_ON_NODE KMP_DUPLICATE_LIB_OK MKL_THREADING_LAYER`.split(/\s+/);

function claims(presets: readonly PresetControls[]): { id: string; side: string; control: ControlVariable }[] {
  return presets.flatMap(({ id, side, set }) => set.map((control) => ({ id, side, control })));
}

function defaultSet(all: readonly PresetControls[]): PresetControls[] {
  return selectPresets(all, { only: null, with: [], without: [] });
}

describe('each bundled preset', () => {
  for (const file of files) {
    test(`${file} follows the schema, passes the check, and has its id as its name`, () => {
      const preset: unknown = JSON.parse(readFileSync(join(PROJECT_ROOT, 'presets', file), 'utf8'));
      assert.ok(isValid(preset), JSON.stringify(isValid.errors, null, 1));
      assert.deepEqual(checkPreset(preset, file), preset);
      assert.equal(`${(preset as { id: string }).id}.json`, file);
    });
  }
});

describe('the bundled presets together', () => {
  test('cover every required library', async () => {
    const ids = new Set((await loadPresets()).map(({ id }) => id));
    assert.deepEqual(REQUIRED_IDS.filter((id) => !ids.has(id)), []);
  });

  test('are proven by a workload, or say why not', () => {
    const folder = join(PROJECT_ROOT, 'test/conformance/workloads');
    const heads = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8').split('\n')[0]);
    const proven = new Set(heads.map((head) => /preset: (.+)/.exec(head ?? '')?.[1]));
    const reasons = join(PROJECT_ROOT, 'tools/conformance/without-workload.json');
    const excused = Object.keys(JSON.parse(readFileSync(reasons, 'utf8')) as object);
    const unproven = loadControls().flatMap(({ id }) => (proven.has(id) ? [] : [id]));
    assert.deepEqual(unproven.sort(), excused.sort());
  });

  test('are the same in the planning part and in the whole', async () => {
    const whole = (await loadPresets()).map(({ id, name, tier, side, set, unset }) => ({ id, name, tier, side, set, unset }));
    assert.deepEqual(loadControls(), whole);
  });

  test('agree on every variable that several of them write', async () => {
    const first = new Map<string, { id: string; side: string; control: ControlVariable }>();
    for (const claim of claims(loadControls())) {
      const other = first.get(claim.control.variable) ?? claim;
      first.set(claim.control.variable, other);
      assert.equal(claim.control.value, other.control.value, `${claim.id} and ${other.id}: ${claim.control.variable}`);
      assert.equal(claim.side, other.side, `${claim.id} and ${other.id}: ${claim.control.variable}`);
      assert.deepEqual(claim.control.when, other.control.when, `${claim.id} and ${other.id}: ${claim.control.variable}`);
      assert.deepEqual(claim.control.soft, other.control.soft, `${claim.id} and ${other.id}: ${claim.control.variable}`);
    }
  });

  test('never remove what another one writes, and never write what is dangerous', async () => {
    const presets = loadControls();
    const written = new Set(claims(presets).map(({ control }) => control.variable));
    const removed = presets.flatMap(({ unset }) => unset.map(({ variable }) => variable));
    assert.deepEqual(removed.filter((name) => written.has(name)), []);
    assert.deepEqual(NEVER_WRITTEN.filter((name) => written.has(name)), []);
  });

  test('write exactly the default variables, and three more on conditions', async () => {
    const controls = claims(defaultSet(loadControls()));
    const names = (isConditional: boolean): string[] =>
      [...new Set(controls.filter(({ control }) => (control.when !== undefined) === isConditional).map(({ control }) => control.variable))].sort();
    assert.deepEqual(names(false), DEFAULT_VARIABLES);
    assert.deepEqual(names(true), ['OMP_WAIT_POLICY', 'OPENBLAS_THREAD_TIMEOUT', 'TOKENIZERS_PARALLELISM']);
  });

  test('remove exactly the default removals, binding ones only among several workers', async () => {
    const removals = defaultSet(loadControls()).flatMap(({ unset }) => unset);
    assert.deepEqual([...new Set(removals.map(({ variable }) => variable))].sort(), [...DEFAULT_REMOVALS].sort());
    const binding = removals.filter(({ onlyWithSeveralWorkers }) => onlyWithSeveralWorkers === true).map(({ variable }) => variable);
    assert.deepEqual([...new Set(binding)].sort(), ['GOMP_CPU_AFFINITY', 'KMP_AFFINITY', 'KMP_HW_SUBSET', 'OMP_PLACES', 'OMP_PROC_BIND']);
  });

  test('have a soft form for exactly the counts that joblib writes, but for Accelerate', () => {
    const soft = claims(loadControls()).filter(({ control }) => control.soft !== undefined);
    const names = [...new Set(soft.map(({ control }) => control.variable))].sort();
    assert.deepEqual(names, 'BLIS MKL NUMBA NUMEXPR OMP OPENBLAS'.split(' ').map((name) => `${name}_NUM_THREADS`));
  });

  test('are small enough to be read at every start', async () => {
    assert.ok(JSON.stringify(loadControls()).length < 24_000);
  });
});
