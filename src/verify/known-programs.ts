/**
 * Programs that size their own pool of threads, and how each is told another size. Pure.
 * Sources: their manual pages.
 */

const OPTIONS: Readonly<Record<string, string>> = {
  '7z': '-mmt=',
  aria2c: '-j ',
  fd: '-j ',
  ffmpeg: '-threads ',
  lbzip2: '-n ',
  make: '-j ',
  ninja: '-j ',
  pbzip2: '-p',
  pigz: '-p ',
  plzip: '-n ',
  rg: '-j ',
  x264: '--threads ',
  x265: '--pools ',
  xz: '-T ',
  zstd: '-T',
};

const INTERPRETERS = /^(python|pypy|R$|Rscript|node|bun|deno|julia|ruby|perl|octave)/;

function programOf(command: string): string {
  const [file = ''] = command.split(' ');
  return file.slice(file.lastIndexOf('/') + 1);
}

/** Whether what runs in it was written for an interpreter, with libraries of any kind loaded as it goes on. */
export function isInterpreter(command: string): boolean {
  return INTERPRETERS.test(programOf(command));
}

/** The option that bounds the program of this command line to `threads`; `undefined` when none is known. */
export function ownLimitOf(command: string, threads: number): { program: string; option: string } | undefined {
  const program = programOf(command);
  const option = Object.hasOwn(OPTIONS, program) ? OPTIONS[program] : undefined;
  return option === undefined ? undefined : { program, option: `${option}${threads}` };
}
