// Tries an estimate on all traces of a directory and prints its confusion table.
// Usage: node test/proof/record/evaluate.mjs DIR ESTIMATE.mjs [--faults]
// ESTIMATE.mjs: export function judge(trace, windowsOf) -> { verdict: 'exceeded' | 'within' | 'unknown', peak, warnedAt }
// `warnedAt` (seconds): when it was settled, or null. --faults names the runs that it got wrong.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { confusionTable, faultOf } from '../run/confusion.mjs';
import { tracesIn, windowsOf } from './traces.mjs';

const [directory, file, ...flags] = process.argv.slice(2);
if (file === undefined) {
  console.error('usage: node test/proof/record/evaluate.mjs DIR ESTIMATE.mjs [--faults]');
  process.exit(2);
}
const { judge } = await import(pathToFileURL(resolve(file)).href);
const results = [];
for (const trace of tracesIn(directory)) results.push({ ...trace.meta, ...judge(trace, windowsOf) });
if (flags.includes('--faults')) {
  for (const result of results) {
    const fault = faultOf(result);
    if (fault !== undefined)
      console.log(
        `${fault.padEnd(11)} ${result.id} (${result.condition}): demand ${result.mean.toFixed(2)}, judged ${result.peak?.toFixed(2)} of ${result.threads}`,
      );
  }
}
for (const blind of [false, true]) {
  const part = results.filter((result) => result.blind === blind);
  if (part.length > 0)
    console.log(
      [`\n${blind ? 'Written without knowledge of verify/' : 'Written with verify/'}`, ...confusionTable(part)].join(
        '\n',
      ),
    );
}
