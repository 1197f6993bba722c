/**
 * A library preset: which variables bound a library's thread pool, how to recognise the library in a
 * process, and where that knowledge comes from. Types only; the shape of `presets/*.json`, described for
 * editors by `schemas/preset.schema.json`.
 */

/**
 * - `default`: set for every worker.
 * - `conditional`: part of the default set, written only when its `when` holds.
 * - `on-demand`: only with `--with ID`.
 * - `never-alone`: only with `--with ID`, and it carries a danger that `traps` names.
 * - `no-control`: no variable exists; `cure` says what to do instead.
 */
export type PresetTier = 'default' | 'conditional' | 'on-demand' | 'never-alone' | 'no-control';

/** Whose pool it is: the numeric libraries' or the application's own workers. Decides k under `--pool`. */
export type PoolSide = 'library' | 'application';

/** All given parts must hold. */
export interface ControlCondition {
  /** Bounds on the value that would be written (after `--pool`). */
  readonly minThreads?: number;
  readonly maxThreads?: number;
  /**
   * `true`: only where a waiting thread that spins takes CPU time from a working one: threads of all
   * workers exceed the budget, or the CFS quota is smaller than the allowed CPUs.
   */
  readonly spinningHurts?: boolean;
}

/** How `--pool auto` bounds a single process without the variable that frameworks write for their workers. */
export interface SoftForm {
  /** A weaker variable that gives the same number where the strong one is absent. */
  readonly variable?: string;
  /** Write none where the share is all CPUs of the affinity mask: that is the default of the library. */
  readonly absentOnAllCpus?: boolean;
}

/** How a right value makes programs fail that work without it. */
export interface FailureRisk {
  /** Only values up to this one do. */
  readonly maxThreads?: number;
  /** What fails, in a few words: `os.cpu_count() - 1 is 0`. */
  readonly how: string;
}

export interface ControlVariable {
  readonly variable: string;
  /** `{threads}` is replaced by the whole number k; `{threads-1}` by k - 1. Anything else is literal. */
  readonly value: string;
  /** What the number means to the library, for example `total threads including the caller`. */
  readonly meaning: string;
  readonly when?: ControlCondition;
  /**
   * Inherited values that are not malformed although they are no whole number, compared without case; `{n}`
   * stands for any whole number (`auto`, `{n},{n}`). Where we would write a word, such a value does the same
   * job and stays. Where we would write a count it bounds nothing: `--inherit keep` keeps it, `cap` does not.
   */
  readonly alsoValid?: readonly string[];
  /**
   * Lists are understood, and their first number is the count. `levels`: a number of at least 1 for each level of
   * nested parallelism (OpenMP). `pools`: one more whole number, or `auto`, for a second pool (Julia).
   */
  readonly list?: 'levels' | 'pools';
  /** The variable is a list of options of which ours are only a part: an inherited list is never replaced. */
  readonly optionList?: boolean;
  /**
   * The library fails when the variable named here is above this one. Of the two, the one written here follows the inherited, and
   * that of a preset which is not in the run counts too.
   */
  readonly ceilingOf?: string;
  readonly soft?: SoftForm;
  readonly failure?: FailureRisk;
}

export interface RemovedVariable {
  readonly variable: string;
  /** Why it must go: what it would defeat or distort. */
  readonly reason: string;
  /** Remove it only with more than one worker or a pool of processes (binding variables that may serve a single one). */
  readonly onlyWithSeveralWorkers?: boolean;
  /** Values that do nothing, compared without case; the first is the one to turn it off with. */
  readonly harmless?: readonly string[];
  /** A variable whose harmless value makes this one harmless too. */
  readonly turnedOffBy?: string;
}

export interface PresetDetection {
  /** Globs on the base name of mapped files, for example `libopenblas*.so*`; `dir/name*.so` matches path tails. */
  readonly sonames: readonly string[];
  /** Globs on thread names (cut by the kernel at 15 characters). */
  readonly threadNames: readonly string[];
}

/** A run of the real library under the sampler: demand in CPUs by the value of the main variable. */
export interface PresetVerification {
  readonly version: string;
  /** ISO date. */
  readonly date: string;
  readonly variable: string | null;
  /** Keys `unset`, `1`, `2`, `3`; absent when not run. */
  readonly demandCpus: Readonly<Record<string, number>>;
  readonly note?: string;
}

/** The part that planning needs; small, on the start-up path. */
export interface PresetControls {
  readonly id: string;
  readonly name: string;
  readonly tier: PresetTier;
  readonly side: PoolSide;
  readonly set: readonly ControlVariable[];
  readonly unset: readonly RemovedVariable[];
}

export interface LibraryPreset extends PresetControls {
  readonly languages: readonly string[];
  /** Strongest first, in words: what beats what. */
  readonly precedence: string;
  /** When the library reads its variables: `load`, `import`, `first use`, `every call`, ... */
  readonly readAt: string;
  /** What happens when nothing is set, and whether that honours affinity and the quota. */
  readonly unsetDefault: string;
  readonly detect: PresetDetection;
  /** How to bound it in code or otherwise, when the variable is not enough or there is none. */
  readonly cure?: string;
  readonly traps: readonly string[];
  readonly sources: readonly string[];
  readonly verified: readonly PresetVerification[];
}
