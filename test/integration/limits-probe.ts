/** Prints the limits of its own process as JSON; bundled and started inside a cgroup by the live test. */
import { readCpuLimits } from '../../src/index.ts';

process.stdout.write(JSON.stringify(readCpuLimits()));
