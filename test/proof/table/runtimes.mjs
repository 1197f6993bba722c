// Runtimes and libraries with threads of their own, and the engine in Python. Format: format.mjs.
import { command, python } from './format.mjs';

export const RUNTIMES = [
  command('node-plain', ['{node}', '{programs}/node-timers.mjs', '{seconds}', '100', '100'], { like: 'busy' }),
  command('node-timers', ['{node}', '{programs}/node-timers.mjs', '{seconds}', '10', '50'], {
    like: 'timer on=10 off=40',
  }),
  command('node-timers-w2', ['{node}', '{programs}/node-timers.mjs', '{seconds}', '10', '50'], {
    like: 'timer on=10 off=40',
    workers: 2,
  }),
  command('node-threads-3', ['{node}', '{programs}/node-threads.mjs', '{seconds}', '3'], { like: 'busy n=3 from=0.5' }),
  command('node-threads-1', ['{node}', '{programs}/node-threads.mjs', '{seconds}', '1'], { like: 'busy' }),
  command('node-pool-4', ['{node}', '{programs}/node-pool.mjs', '{seconds}', '4'], { like: 'busy n=4 from=0.3' }),
  command('node-pool-1', ['{node}', '{programs}/node-pool.mjs', '{seconds}', '1'], { like: 'busy' }),
  command('java-1', ['java', '-cp', '{java}', 'Busy', '{seconds}', '1', '100', '100'], { like: 'busy' }),
  command('java-4x15', ['java', '-cp', '{java}', 'Busy', '{seconds}', '4', '15', '100'], {
    like: 'timer n=4 on=15 off=85',
  }),
  command('java-4', ['java', '-cp', '{java}', 'Busy', '{seconds}', '4', '100', '100'], {
    like: 'busy n=4 from=1',
    seconds: 8,
  }),
  command('java-2-of-2', ['java', '-cp', '{java}', 'Busy', '{seconds}', '2', '80', '100'], {
    like: 'timer n=2 on=80 off=20',
    threads: 2,
  }),
  command('go-1', ['{go}', '{seconds}', '1', '100', '100', '1'], { like: 'busy' }),
  command('go-8x10', ['{go}', '{seconds}', '8', '10', '100', '0'], { like: 'timer n=8 on=10 off=90' }),
  command('go-4', ['{go}', '{seconds}', '4', '100', '100', '4'], { like: 'busy n=4' }),
  command('go-8x30', ['{go}', '{seconds}', '8', '30', '100', '8'], { like: 'timer n=8 on=30 off=70' }),
  command(
    'beam-idle',
    ['erl', '+S', '2', '-noshell', '-noinput', '-pa', '{beam}', '-run', 'busy', 'main', '{seconds}', '0'],
    { like: 'sleepers' },
  ),
  command(
    'beam-1',
    ['erl', '+S', '1', '-noshell', '-noinput', '-pa', '{beam}', '-run', 'busy', 'main', '{seconds}', '1'],
    { like: 'busy' },
  ),
  command(
    'beam-4',
    [
      'erl',
      '+S',
      '4:4',
      '+scl',
      'false',
      '-noshell',
      '-noinput',
      '-pa',
      '{beam}',
      '-run',
      'busy',
      'main',
      '{seconds}',
      '12',
    ],
    { like: 'busy n=4 from=0.5' },
  ),
  command('openmp-passive-4', ['env', 'OMP_WAIT_POLICY=passive', '{openmp}', '{seconds}', '4', '50', '20'], {
    like: 'gang n=4 on=50 serial=20',
  }),
  command('openmp-passive-2-of-2', ['env', 'OMP_WAIT_POLICY=passive', '{openmp}', '{seconds}', '2', '50', '20'], {
    like: 'gang n=2 on=50 serial=20',
    threads: 2,
  }),
  command('openmp-spin-2', ['env', 'OMP_WAIT_POLICY=active', '{openmp}', '{seconds}', '2', '50', '20'], {
    like: 'gang n=2 on=50 serial=20 spin=1',
  }),
  command('openmp-spin-2-of-2', ['env', 'OMP_WAIT_POLICY=active', '{openmp}', '{seconds}', '2', '50', '50'], {
    like: 'gang n=2 on=50 serial=50 spin=1',
    threads: 2,
  }),
  command('openmp-1', ['{openmp}', '{seconds}', '1', '50', '20'], { like: 'busy' }),
  command(
    'polars-streaming',
    ['env', 'POLARS_MAX_THREADS=1', '{core}', '{programs}/polars_streaming.py', '{seconds}'],
    { like: 'busy' },
  ),
  command('numpy-1', ['{core}', '{programs}/matrix.py', '{seconds}', '1'], { like: 'busy' }),
  // OpenBLAS starts no more threads than there are CPUs.
  command('numpy-2', ['{core}', '{programs}/matrix.py', '{seconds}', '2'], { like: 'busy n=2 from=1', seconds: 8 }),
  command('numpy-2-of-2', ['{core}', '{programs}/matrix.py', '{seconds}', '2'], {
    like: 'busy n=2 from=1',
    threads: 2,
  }),
  command('loky-4', ['{core}', '{programs}/joblib_tasks.py', '{seconds}', 'loky', '4', '100', '0'], {
    like: 'busy procs=4 from=1.5',
    seconds: 8,
  }),
  command('loky-4-rests', ['{core}', '{programs}/joblib_tasks.py', '{seconds}', 'loky', '4', '100', '400'], {
    like: 'pool n=4 on=400 off=400 from=1.5',
    seconds: 10,
  }),
  command('loky-1', ['{core}', '{programs}/joblib_tasks.py', '{seconds}', 'loky', '1', '100', '0'], { like: 'busy' }),
  command(
    'joblib-processes-3',
    ['{core}', '{programs}/joblib_tasks.py', '{seconds}', 'multiprocessing', '3', '100', '0'],
    { like: 'busy procs=3 from=1.5', seconds: 8 },
  ),
  command('joblib-threads-4', ['{core}', '{programs}/joblib_tasks.py', '{seconds}', 'threading', '4', '20', '0'], {
    like: 'turns n=4 on=5',
  }),
];

export const PYTHON = [
  python('py-busy-1', 'busy'),
  python('py-threads-4', 'busy n=4', { like: 'turns n=4 on=5' }),
  python('py-threads-16', 'busy n=16', { like: 'turns n=16 on=5' }),
  python('py-threads-8-w2', 'busy n=8', { like: 'turns n=8 on=5', workers: 2 }),
  python('py-sleep-8x10', 'sleep n=8 on=10 off=90'),
  python('py-timed-4x20', 'timed n=4 on=20 off=80'),
  python('py-arrivals-4', 'arrivals n=4 on=50 every=80'),
  python('py-children-4', 'children n=4 on=200'),
  python('py-children-1', 'children n=1 on=100'),
  python('py-procs-3', 'busy procs=3'),
  python('py-procs-6x10', 'sleep procs=6 on=10 off=90'),
  python('py-pool-4', 'pool n=4 on=500 off=300', { seconds: 8 }),
  python('py-pool-4-busy', 'pool n=4 on=200 off=0', { like: 'busy procs=4' }),
  python('py-executor-3', 'executor n=3 on=300 off=50', { like: 'pool n=3 on=300 off=50' }),
  python('py-executor-2-of-2', 'executor n=2 on=300 off=50', { like: 'pool n=2 on=300 off=50', threads: 2 }),
];
