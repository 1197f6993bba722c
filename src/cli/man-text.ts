/**
 * What the man page says beside its tables. `` `word` `` is typed, `*word*` stands for something. Pure.
 */

type Rows = readonly (readonly [tag: string, text: string])[];

export const MAN_DESCRIPTION: readonly string[] = [
  '`oneprocpool` starts a command, or *N* copies of it, so that processes times threads fits the CPUs that are really there, and proves it.',
  'NumPy, Polars, PyTorch, scikit-learn and many other libraries start one thread for each CPU of the machine. ' +
    'If the application starts a pool too, or runs in a container with a CPU quota, there are many times more threads than CPUs, and all of them are slow.',
  '`oneprocpool` finds the number of usable CPUs: the smallest of the CFS quota of all visible control groups (version 1 and 2), the CPU affinity, the share that a batch scheduler, MPI, torchrun or an outer `oneprocpool` gave, and `--cpus`. ' +
    'It rounds down, divides the number among the workers, sets the variables of every known library and removes those that would defeat the limit. ' +
    'While the command runs it measures how many CPUs each process demands, and it says something only when a limit was broken.',
  'Standard input and output belong to the command; messages of `oneprocpool` go to standard error. ' +
    'It forwards signals, passes the exit status on, works as PID 1 in a container and leaves no process behind.',
];

export const MAN_EXAMPLES: Rows = [
  ['oneprocpool -- python3 train.py', 'One process; its libraries use the CPUs there are and no more.'],
  ['oneprocpool -w 4 -- python3 worker.py', 'Four workers that share the CPUs.'],
  [
    'oneprocpool --pool app -- gunicorn app:main',
    'The application has a pool of its own: libraries get one thread in each of its processes.',
  ],
  [
    'oneprocpool --exec -- ./job',
    'Set the variables and become the command: nothing stays in memory, nothing is measured.',
  ],
  ['oneprocpool plan -w 4', 'Show limits, workers and variables, and where each number comes from; start nothing.'],
  [
    'oneprocpool --verify fail --report run.json -- python3 train.py',
    'Measure, write a report, and end with status 125 when the demand exceeded the limit.',
  ],
  ['eval "$(oneprocpool env)"', 'Set the variables in this shell.'],
  ['oneprocpool env --cpus 2 --format k8s', 'The variables for a Kubernetes container with two CPUs.'],
  [
    'oneprocpool export sh -o oneprocpool.sh',
    'A shell script that does the same where neither this program nor Node.js is.',
  ],
];

export const MAN_EXIT_STATUS: Rows = [
  ['*N*', 'The command ended by itself with this status. Of several workers, the first failure decides.'],
  ['128+*n*', 'Signal *n* ended the command.'],
  [
    '125',
    '`oneprocpool` itself failed: wrong usage, a bad config, a plan that `--strict` refused, or too much demand under `--verify fail`.',
  ],
  ['126', 'The command was found but cannot be executed.'],
  ['127', 'The command was not found.'],
];

export const MAN_ENVIRONMENT: Rows = [
  [
    '`ONEPROCPOOL_`*NAME*',
    'The option `--`*name*, with underscores for hyphens. An empty variable counts as not set. A switch is `1`, `true`, `yes`, `on` or `0`, `false`, `no`, `off`. Several ids are separated by blanks or commas, several assignments by line ends.',
  ],
  [
    '`ONEPROCPOOL_WORKER_INDEX`, `ONEPROCPOOL_WORKER_COUNT`, `ONEPROCPOOL_THREADS`, `ONEPROCPOOL_CPUS`',
    'Set for each worker: its index from 0, the number of workers, its threads and its CPUs. A `oneprocpool` inside a worker takes `ONEPROCPOOL_THREADS` as its limit.',
  ],
  ['`ONEPROCPOOL_NODE`', 'Another Node.js than the `node` on `PATH`, for the form that npm installs.'],
  ['`NO_COLOR`, `FORCE_COLOR`', 'Colour off or on where `--color` leaves it open.'],
];

export const MAN_FILES: Rows = [
  [
    '`.oneprocpoolrc`, `.oneprocpoolrc.json`, `.oneprocpoolrc.yaml`, `.oneprocpoolrc.yml`',
    'Config file, searched from the working directory upwards to the home directory.',
  ],
  ['`oneprocpool.config.json`, `oneprocpool.config.yaml`, `oneprocpool.config.yml`', 'The same.'],
  ['`package.json`', 'The key `oneprocpool`.'],
  ['`pyproject.toml`', 'The table `[tool.oneprocpool]`.'],
  [
    '`/proc/self/cgroup`, `/proc/self/mountinfo`, `/proc/self/status`, `/sys/fs/cgroup`, `/sys/devices/system/cpu`',
    'Where quota, affinity and physical cores are read; with `--root` below another directory.',
  ],
  ['`/proc/`*PID*`/task/`*TID*`/schedstat`', 'Where the demand of the running command is read.'],
];

export const MAN_NOTES: readonly string[] = [
  'A config is data: nothing in it is executed, and a file that others can change is refused unless `--config` names it.',
  'Some libraries have no variable (oneTBB, DuckDB, FFTW): they are named when they exceed the limit, with the setting in code that helps. ' +
    'Code beats variables: a program that sets its own number of threads gets what it asks for, and the proof reports it.',
  'Jobs shorter than about a second are not judged.',
];
