/**
 * What each command is given and where it is found. Each is loaded only when it is called for.
 */
import { resolve } from 'node:path';
import type { CommandContext } from '../commands/command-context.ts';
import { styleFor } from '../commands/output-style.ts';
import { mergePresets, parsePresetText, preparePlan, readOptions, readOwnPresets } from '../commands/prepare-plan.ts';
import { runCommand } from '../commands/run.ts';
import { isCommandName } from '../config/command-specs.ts';
import { COMMAND_NAMES, type CommandName } from '../config/option-spec.ts';
import { OneprocpoolError } from '../errors.ts';
import { loadControls, loadPresets } from '../presets/load-presets.ts';
import { closestName } from '../text/closest-name.ts';

export const COMMANDS: Readonly<Record<CommandName, (context: CommandContext) => Promise<number>>> = {
  run: runCommand,
  plan: async (context) => (await import('../commands/plan.ts')).planCommand(context),
  env: printEnvironment,
  export: async (context) => (await import('../commands/export.ts')).exportCommand(context),
  install: async (context) => (await import('../commands/install.ts')).installCommand(context),
  presets: showPresets,
  demo: runDemo,
  completion: printCompletion,
  help: printHelp,
  version: printVersion,
};

async function printEnvironment(context: CommandContext): Promise<number> {
  const { host } = context;
  const { plan, options } = await preparePlan(context);
  const { envCommand } = await import('../commands/env.ts');
  return envCommand(host, {
    plan,
    format: options.json ? 'json' : options.format,
    workerIndex: null,
    output: options.output,
    style: styleFor(host, 'stderr', options.color),
    verbose: options.verbose,
    quiet: options.quiet,
  });
}

async function showPresets({ host, flags, words }: CommandContext): Promise<number> {
  const { resolved, file } = await readOptions(host, flags);
  const { presetsCommand } = await import('../commands/presets.ts');
  const { checkPreset } = await import('../presets/check-preset.ts');
  return presetsCommand(host, {
    words,
    json: resolved.values.json,
    style: styleFor(host, 'stdout', resolved.values.color),
    load: async () => {
      const own = file === undefined ? [] : await readOwnPresets(host, file);
      const ownIds = new Set(own.map(({ id }) => id));
      return mergePresets(await loadPresets(), own).map((value) => ({
        where: `${ownIds.has(value.id) ? 'configured' : 'bundled'} preset ${value.id}`,
        value,
      }));
    },
    loadFile: (path) => {
      const text = host.files.readText(resolve(host.system.cwd, path));
      if (text !== undefined) return parsePresetText(text, path);
      throw new OneprocpoolError('PRESET_INVALID', 'Expected a readable file, found none');
    },
    check: checkPreset,
  });
}

async function runDemo(context: CommandContext): Promise<number> {
  const { host, installation } = context;
  const { plan, options } = await preparePlan(context);
  const controls = loadControls();
  const { demoCommand } = await import('../commands/demo.ts');
  const { createSampler } = await import('../verify/sampler.ts');
  return demoCommand(host, {
    budget: plan.budget,
    program: installation.program,
    nodePath: installation.nodePath,
    packageRoots: installation.packageRoot === null ? [] : [installation.packageRoot],
    controlVariables: controls.flatMap(({ set, unset }) => [...set, ...unset].map(({ variable }) => variable)),
    launcherOptions: options.cpus === null ? [] : ['--cpus', String(options.cpus)],
    startSampling: (pid) => {
      const sampler = createSampler({ files: host.files, clock: host.clock, loadPresets });
      // No limit: what is measured here is shown, not judged.
      sampler.addWorker(0, pid, Number.MAX_SAFE_INTEGER);
      sampler.start();
      return { stop: () => sampler.stop().workers.get(0) };
    },
    style: styleFor(host, 'stdout', options.color),
    json: options.json,
  });
}

async function printHelp({ host, words }: CommandContext): Promise<number> {
  const [name] = words;
  if (words.length > 1) throw new OneprocpoolError('USAGE', '`oneprocpool help` takes the name of one command');
  if (name !== undefined && !isCommandName(name)) {
    const meant = closestName(name, COMMAND_NAMES);
    throw new OneprocpoolError('USAGE', `unknown command \`${name}\``, {
      hint:
        meant === undefined ? '`oneprocpool help` lists the commands' : `did you mean \`oneprocpool help ${meant}\`?`,
    });
  }
  const { renderHelp } = await import('./help-text.ts');
  host.console.writeOut(renderHelp(name));
  return 0;
}

function printVersion({ host }: CommandContext): Promise<number> {
  host.console.writeOut(`oneprocpool ${__ONEPROCPOOL_VERSION__}\n`);
  return Promise.resolve(0);
}

async function printCompletion({ host, words }: CommandContext): Promise<number> {
  const { renderCompletion } = await import('../commands/completion.ts');
  const presetIds = loadControls().map(({ id }) => id);
  host.console.writeOut(await renderCompletion(words, presetIds));
  return 0;
}
