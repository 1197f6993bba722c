/**
 * Chooses where the output of the workers goes, as `--prefix` and `--output-dir` say. Uses the console and
 * the output port.
 */
import type { OptionValues } from '../config/option-specs.ts';
import type { Host } from '../host/ports.ts';
import { renderFinding } from '../report/finding-text.ts';
import { OWN_PREFIX } from '../report/verdict-text.ts';
import { inheritedOutput, outputFilesIn, outputToFiles } from '../workers/worker-output.ts';
import type { OutputFiles, WorkerOutput } from '../workers/worker-output.ts';
import { styleFor } from './output-style.ts';

export interface OpenedOutput {
  readonly output: WorkerOutput;
  /** By worker index; empty without `--output-dir`. */
  readonly files: readonly OutputFiles[];
}

/** Foreground colours that can be read on dark and on light ground. Source: ECMA-48, 5th edition, 8.3.117. */
const COLOURS = [36, 33, 32, 35, 34, 31];

/** Creates the files. Throws OUTPUT_UNWRITABLE. */
export async function openOutput(host: Host, options: OptionValues, workerCount: number): Promise<OpenedOutput> {
  const { outputDir, prefix } = options;
  const files =
    outputDir === null ? [] : Array.from({ length: workerCount }, (_, index) => outputFilesIn(outputDir, index));
  for (const { stdout, stderr } of files) {
    await host.output.createFile(stdout);
    await host.output.createFile(stderr);
  }
  const say = host.console.writeErr;
  if (prefix) return { files, output: await openPrefixed(host, options, files) };
  return { files, output: files.length === 0 ? inheritedOutput(say) : outputToFiles(files, say) };
}

async function openPrefixed(host: Host, options: OptionValues, files: readonly OutputFiles[]): Promise<WorkerOutput> {
  const isColoured = {
    stdout: styleFor(host, 'stdout', options.color).color,
    stderr: styleFor(host, 'stderr', options.color).color,
  };
  const fileSinks = [];
  for (const { stdout, stderr } of files) {
    fileSinks.push({
      stdout: { path: stdout, sink: await host.output.openFile(stdout) },
      stderr: { path: stderr, sink: await host.output.openFile(stderr) },
    });
  }
  const { createPrefixedOutput } = await import('../workers/prefixed-output.ts');
  return createPrefixedOutput({
    clock: host.clock,
    sinks: await host.output.openStandard(),
    files: fileSinks,
    prefixOf: (index, stream) => prefixOf(index, isColoured[stream]),
    render: (finding) => renderFinding(finding, styleFor(host, 'stderr', options.color), OWN_PREFIX),
  });
}

function prefixOf(index: number, isColoured: boolean): string {
  const text = `[${index}]`;
  return isColoured ? `\u001B[${COLOURS[index % COLOURS.length] ?? 36}m${text}\u001B[39m ` : `${text} `;
}
