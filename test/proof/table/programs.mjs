// The programs with known truth that were written together with verify/. Those of blind.mjs were not.
import { PROCESSES, SCHEDULING } from './processes.mjs';
import { PYTHON, RUNTIMES } from './runtimes.mjs';
import { COMPUTE, DUTY } from './threads.mjs';
import { WAITING } from './waiting.mjs';

export const PROGRAMS = [...COMPUTE, ...DUTY, ...WAITING, ...PROCESSES, ...SCHEDULING, ...RUNTIMES, ...PYTHON];
