/** For tests that call the program by its name alone. */
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PROGRAM, PROJECT_ROOT } from './project.ts';

/** A directory in which the program under test is called `oneprocpool`. */
export function programDirectory(): string {
  if (basename(PROGRAM) === 'oneprocpool') return dirname(PROGRAM);
  const directory = join(PROJECT_ROOT, '.cache', `program-${process.pid}`);
  const link = join(directory, 'oneprocpool');
  if (!existsSync(link)) {
    mkdirSync(directory, { recursive: true });
    symlinkSync(PROGRAM, link);
    process.once('exit', () => {
      rmSync(directory, { recursive: true, force: true });
    });
  }
  return directory;
}
