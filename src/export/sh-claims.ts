/**
 * Who sets a variable in the sh file: the first control whose condition holds. What is known when the file is made is
 * decided then, the rest becomes tests. Pure.
 */
import { threadsOfSide } from '../plan/pool.ts';
import type { InheritPolicy, Pool } from '../plan/plan.ts';
import type { ControlCondition, ControlVariable, PresetControls } from '../presets/preset.ts';
import { isCountControl } from '../presets/preset-values.ts';
import { guardUnlessLike, quoteTemplate } from './sh-words.ts';

export interface Claim {
  readonly control: ControlVariable;
  /** Threads of its side: `$opp_share`, or `1` for libraries beside a pool of the application. */
  readonly share: string;
  /** `--pool auto`: the soft form of the control counts. */
  readonly isSoft: boolean;
  /** The kind of lists that the weaker variable of the soft form takes; empty for none. */
  readonly weakerList: string;
  /** The weaker variable of the soft form is set by --env. */
  readonly isWeakerTaken: boolean;
  /** All must hold; empty = always. */
  readonly tests: readonly string[];
}

/** For each variable the controls that may set it, up to the first that always does. Names in `taken` are left out. */
export function chooseClaims(
  presets: readonly PresetControls[],
  pool: Pool,
  taken: ReadonlySet<string>,
  known: readonly PresetControls[],
): Map<string, Claim[]> {
  const claims = new Map<string, Claim[]>();
  const all = known.flatMap(({ set }) => set);
  for (const { side, set } of presets) {
    const share = threadsOfSide(side, pool, 2) === 1 ? '1' : '$opp_share';
    for (const control of set) {
      const tests = testsOf(control.when, share);
      const chain = claims.get(control.variable) ?? [];
      if (tests === undefined || taken.has(control.variable) || chain.at(-1)?.tests.length === 0) continue;
      const isSame = (claim: Claim) =>
        JSON.stringify([...claim.tests, claim.share, claim.control.value]) ===
        JSON.stringify([...tests, share, control.value]);
      if (!chain.some(isSame))
        claims.set(control.variable, [
          ...chain,
          {
            control,
            share,
            tests,
            isSoft: pool === 'auto' && control.soft !== undefined,
            isWeakerTaken: taken.has(control.soft?.variable ?? ''),
            weakerList: all.find(({ variable }) => variable === control.soft?.variable)?.list ?? '',
          },
        ]);
    }
  }
  return claims;
}

/** `undefined` when the condition can never hold. */
function testsOf(when: ControlCondition | undefined, share: string): string[] | undefined {
  const { minThreads = 1, maxThreads = Infinity, spinningHurts } = when ?? {};
  if (maxThreads < 1 || (share === '1' && minThreads > 1)) return undefined;
  const tests: string[] = [];
  if (share !== '1' && minThreads > 1) tests.push(`[ "${share}" -ge ${minThreads} ]`);
  if (share !== '1' && maxThreads !== Infinity) tests.push(`[ "${share}" -le ${maxThreads} ]`);
  if (spinningHurts !== undefined) tests.push(`[ "$opp_spins" = ${spinningHurts ? 'yes' : 'no'} ]`);
  return tests;
}

/** The lines for one variable; `fallback` where no claim holds. */
export function renderClaim(chain: readonly Claim[], inherit: InheritPolicy, fallback: readonly string[]): string[] {
  const [only] = chain;
  if (only === undefined || only.tests.length === 0) return only === undefined ? [] : assign(only, inherit);
  if (chain.length === 1 && fallback.length === 0) return renderOnly(only, inherit);
  const lines = chain.flatMap((claim, at) => {
    const body = indent(assign(claim, inherit));
    return claim.tests.length === 0
      ? ['else', ...body]
      : [`${at === 0 ? 'if' : 'elif'} ${claim.tests.join(' && ')}; then`, ...body];
  });
  const isOpen = chain.at(-1)?.tests.length !== 0 && fallback.length > 0;
  return [...lines, ...(isOpen ? ['else', ...indent(fallback)] : []), 'fi'];
}

function renderOnly(claim: Claim, inherit: InheritPolicy): string[] {
  const body = assign(claim, inherit);
  const unless = `${claim.tests.map(negate).join(' || ')} ||`;
  const [first = '', ...more] = body;
  const joined = `${unless} ${first}`;
  return joined.length <= 120 ? [joined, ...more] : [unless, ...indent(body)];
}

const OPPOSITES: Readonly<Record<string, string>> = { '-ge': '-lt', '-le': '-gt', '=': '!=' };

function negate(test: string): string {
  return test.replace(/ (-ge|-le|=) /, (_, operator: string) => ` ${OPPOSITES[operator] ?? operator} `);
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

/** Calls the function of the sh file that sets the number of threads in the variable. */
export function setCount(name: string, { control, share, isSoft, weakerList, isWeakerTaken }: Claim): string {
  const { soft, list = '' } = control;
  if (!isSoft) return `opp_set ${name} "${share}"${list && ` ${list}`}`;
  const absent = soft?.absentOnAllCpus !== true ? 'no' : isWeakerTaken ? 'user' : 'yes';
  const kind = soft?.variable === undefined ? list : weakerList;
  return `opp_soft ${name} "${share}" '${soft?.variable ?? ''}' ${absent} '${kind}'`;
}

function assign(claim: Claim, inherit: InheritPolicy): string[] {
  const { control, share } = claim;
  const { variable, alsoValid = [], optionList } = control;
  const set = `export ${variable}=${quoteTemplate(control.value, share)}`;
  if (optionList === true) return [`case \${${variable}-} in *[![:space:]]*) ;; *) ${set} ;; esac`];
  if (isCountControl(control)) {
    const set = setCount(variable, claim);
    return inherit === 'keep' ? guardUnlessLike(variable, alsoValid, set) : [set];
  }
  if (inherit === 'keep') return [`[ -n "\${${variable}+set}" ] || ${set}`];
  return guardUnlessLike(variable, inherit === 'cap' ? alsoValid : [], set);
}
