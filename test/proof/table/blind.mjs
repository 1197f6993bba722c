// A third of the set, written by somebody who has not read src/verify/ and does not know how the verdict is made.
// Only this is needed: the format and the functions that write rows (format.mjs), the shapes of the engine (../truth/shapes.mjs), the programs in ../programs
// (more may be added), and `node test/proof/run.mjs --list`, which shows the truth of each row. Aim: 70 rows, half of them
// innocent, W = 1, 2, 4, programs as people have them: servers, builds, test runners, pools, data work, tools.
import { c, command, python } from './format.mjs';

/** A Python program in ../programs. Its start takes some time: where it works all the time, `like` has a `from`. */
function script(id, words, options) {
  const [name, ...rest] = words.split(' ');
  return command(id, ['{python}', '-B', `{programs}/${name}`, '{seconds}', ...rest], { minQuota: 0.5, ...options });
}

const shell = (id, line, options) => command(id, ['sh', '-c', line], options);
const stage = '{python} -B {programs}/stage.py';

/** Requests come by the clock, and threads or processes answer them. */
const SERVERS = [
  c('web-threads-light', 'arrivals n=16 on=4 every=20'),
  c('web-threads-heavy', 'arrivals n=16 on=30 every=12'),
  c('web-timeouts-w2', 'arrivals n=8 on=12 every=30 timed=20 + timer on=2 off=98', { workers: 2 }),
  c('rpc-socket-of-2', 'pipe n=8 on=18 every=12 socket=1', { threads: 2 }),
  c('rpc-socket-w4', 'pipe n=4 on=15 every=50 socket=1', { workers: 4 }),
  c('thread-per-request', 'threads n=6 on=25 off=175'),
  c('thread-per-request-w2', 'threads n=8 on=60 off=60', { workers: 2 }),
  c('cgi-scripts-w4', 'children n=2 on=8 off=92 exec=1', { workers: 4 }),
  c('autoscaling', 'busy + busy from=2 + busy from=3 + busy from=4', { seconds: 8 }),
  c(
    'new-version-takes-over',
    'sleep procs=4 on=20 off=80 until=3 detach=1 + sleep procs=4 on=20 off=80 from=3 detach=2',
  ),
  script('asyncio-light', 'server.py 6 4 8 120', { like: 'sleep n=6 on=8 off=120' }),
  script('asyncio-heavy', 'server.py 12 4 25 0', { like: 'busy n=4 from=0.5' }),
  script('accept-heavy-w2', 'prefork.py 4 60 12', { like: 'arrivals n=4 on=60 every=12 from=0.3', workers: 2 }),
  command('node-cluster-heavy', ['{node}', '{programs}/cluster.mjs', '{seconds}', '3', '100', '100'], {
    like: 'busy procs=3 from=0.5',
  }),
  command('node-uploads', ['env', 'UV_THREADPOOL_SIZE=4', '{node}', '{programs}/deflate.mjs', '{seconds}', '4', '0'], {
    like: 'busy n=4 from=0.3',
  }),
  command(
    'node-uploads-one-by-one-w2',
    ['env', 'UV_THREADPOOL_SIZE=4', '{node}', '{programs}/deflate.mjs', '{seconds}', '1', '0'],
    { like: 'busy', workers: 2 },
  ),
];

const DATABASES = [
  c('database-checkpoints', 'arrivals n=6 on=5 every=15 timed=100 + sleep on=150 off=1850 + timer on=1 off=49'),
  c('database-vacuum', 'arrivals n=4 on=10 every=25 + busy procs=3 from=2 nice=5', { seconds: 8 }),
  script('sqlite-scans', 'scans.py 4 0', { like: 'busy n=4 from=0.6' }),
  script('sqlite-reports-w4', 'scans.py 1 60', { like: 'sleep on=20 off=60', workers: 4 }),
];

/** Programs with a user in front of them, and their like. */
const INTERACTIVE = [
  c('gui-render-threads', 'timer on=8 off=8.67 + gang n=3 on=12 serial=4.67'),
  c('game-loop-w4', 'timer on=6 off=14 + timer on=1 off=9', { workers: 4 }),
  c('timers-mixed-rates', 'timer on=0.5 off=4.5 + timer on=3 off=47 + timer on=20 off=480 + timer on=100 off=1900'),
  c('pollers-40-w2', 'sleep n=40 on=0.3 off=199.7', { workers: 2 }),
  script('notebook-one-thread', 'notebook.py 1.5 0.5 1', { like: 'sleep on=1500 off=500 + timer on=0.1 off=200' }),
  script('notebook-four-threads', 'notebook.py 4 0.7 4', {
    like: 'pool n=4 on=4000 off=700 from=0.9',
    seconds: 8,
  }),
  script('notebook-pools-w2', 'notebook.py 1.5 0.3 3', {
    like: 'pool n=3 on=1500 off=300 from=0.5',
    seconds: 8,
    workers: 2,
  }),
  command(
    'java-rates',
    ['java', '-XX:+UseSerialGC', '-cp', '{java}', 'Rates', '{seconds}', '4', '20/100', '5/50', '60/400'],
    {
      like: 'timer on=20 off=80 + timer on=5 off=45 from=0.02 + timer on=60 off=340 from=0.27',
    },
  ),
];

/** Threads and processes that meet: simulators, collectors of garbage, chains. */
const MEETING = [
  c('collector-one-helper', 'gang n=2 on=10 serial=190'),
  c('simulator-w2', 'gang n=4 on=25 serial=12', { workers: 2 }),
  c('simulator-spins-w4', 'gang n=3 on=15 serial=10 spin=1', { workers: 4 }),
  c('stealing-spins', 'gang n=4 on=5 serial=45 spin=1'),
  script('chains-4', 'chains.py 4 100 0', { like: 'gang n=4 on=95 serial=7 from=0.3' }),
  script('chains-2-rest', 'chains.py 2 20 50', { like: 'pool n=2 on=20 off=52' }),
  command('java-stealing', ['java', '-cp', '{java}', 'Stealing', '{seconds}', '4'], {
    like: 'busy n=4 from=1',
    seconds: 8,
  }),
  command(
    'java-stealing-1-w2',
    ['java', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', '{java}', 'Stealing', '{seconds}', '1'],
    { like: 'busy', workers: 2 },
  ),
  command('node-actors-one-message', ['{node}', '{programs}/actors.mjs', '{seconds}', '3', '1'], {
    like: 'turns n=3 on=5',
  }),
  command('node-actors-12-messages', ['{node}', '{programs}/actors.mjs', '{seconds}', '4', '12'], {
    like: 'busy n=4 from=0.5',
  }),
];

/** Data goes from stage to stage. */
const FLOWS = [
  c('download-unpack', 'arrivals n=4 on=60 every=90'),
  c('download-unpack-w2', 'arrivals n=6 on=90 every=25', { workers: 2 }),
  script('video-live', 'video.py 20 6 10 14', {
    like: 'timer on=6 off=44 + timer on=10 off=40 from=0.006 + timer on=14 off=36 from=0.016',
  }),
  script('video-flat-out', 'video.py 0 36 40 38', {
    like: 'sleep on=36 off=4 from=0.3 + busy from=0.3 + sleep on=38 off=2 from=0.3',
  }),
  script('etl-flat-out', 'etl.py 0 15 3 60 10', {
    like: 'sleep on=15 off=5 from=0.4 + busy n=3 from=0.4 + sleep on=10 off=10 from=0.4',
  }),
  script('etl-paced-w4', 'etl.py 200 6 2 40 6', { like: 'arrivals n=2 on=52 every=200', workers: 4 }),
  script('micro-batches', 'batches.py 1 500 60 280', { like: 'timer on=340 off=160' }),
  script('micro-batches-late-w2', 'batches.py 4 400 50 420', {
    like: 'gang n=4 on=420 serial=50 from=0.3',
    workers: 2,
  }),
  command('go-consumers-late', ['{consumers}', '{seconds}', '6', '50', '10', '6'], {
    like: 'arrivals n=6 on=50 every=10',
  }),
  command('go-consumers-w4', ['{consumers}', '{seconds}', '3', '10', '40', '2'], {
    like: 'arrivals n=3 on=10 every=40',
    workers: 4,
  }),
  shell('pipe-gzip', 'timeout {seconds} seq 1000000000 | gzip -9 | wc -c', { like: 'busy' }),
  shell(
    'pipe-gzip-3-folders',
    'for i in 1 2 3; do timeout {seconds} seq "$i"00000000 1000000000 | gzip -9 | wc -c & done; wait',
    { like: 'busy n=3' },
  ),
  shell('pipe-stages-paced', `${stage} source {seconds} 100 12 | ${stage} filter 40 | ${stage} filter 15 > /dev/null`, {
    like: 'timer on=12 off=88 + timer on=40 off=60 from=0.012 + timer on=15 off=85 from=0.052',
    minQuota: 0.5,
  }),
  shell(
    'pipe-stages-equal',
    `${stage} source {seconds} 0 36 | ${stage} filter 40 | ${stage} filter 38 | ${stage} filter 10 > /dev/null`,
    { like: 'sleep on=36 off=4 from=0.3 + busy from=0.3 + sleep on=38 off=2 from=0.3', minQuota: 0.5 },
  ),
];

/** Work that is cut into tasks: builds, test runners, searches, pictures. */
const TASKS = [
  c('mapreduce-children', 'children n=5 on=40 exec=1 + sleep on=20 off=180'),
  c('mapreduce-one-child', 'children n=1 on=30 off=15 exec=1 + sleep on=5 off=95'),
  c('build-then-link', 'children n=4 on=250 exec=1 until=5 + busy from=5', { seconds: 7 }),
  command(
    'make-4',
    ['make', '-s', '-j4', '-f', '{programs}/build.mk', 'ENGINE={engine}', 'OBJECTS=40', 'STEP=0.5', 'LINK=1'],
    { like: 'busy n=4 until=5 + busy from=5' },
  ),
  command(
    'make-1-w2',
    ['make', '-s', '-j1', '-f', '{programs}/build.mk', 'ENGINE={engine}', 'OBJECTS=10', 'STEP=0.5', 'LINK=1'],
    { like: 'busy', workers: 2 },
  ),
  shell('thumbnails-w4', 'seq 48 | xargs -P4 -I@ {engine} 0.5 busy', { like: 'busy n=4', workers: 4 }),
  script('tests-4', 'test_runner.py 4 120 0', { like: 'busy procs=4 from=0.5' }),
  script('tests-wait', 'test_runner.py 3 30 120', { like: 'sleep n=3 on=30 off=120' }),
  script('tests-2-w2', 'test_runner.py 3 90 5', { like: 'sleep procs=3 on=90 off=6 from=0.5', workers: 2 }),
  script('search-4', 'search.py 4 600', { like: 'busy procs=4 from=0.4' }),
  script('search-2-of-2', 'search.py 2 400', { like: 'busy procs=2', threads: 2 }),
  script('compress-4-threads', 'compress.py 4', { like: 'busy n=4 from=0.4' }),
  python('bootstrap-w2', 'executor n=4 on=250 off=20', { like: 'pool n=4 on=250 off=20', workers: 2 }),
  python('tasks-w2', 'arrivals procs=2 n=1 on=20 every=80', { workers: 2 }),
  python('interpreter-threads-w4', 'busy n=5', { like: 'turns n=5 on=5', workers: 4 }),
];

/** Helpers in the background, daemons, and programs that start others. */
const HELPERS = [
  c('indexer-nice', 'timer on=10 off=90 + busy procs=2 n=2 nice=19'),
  c('scrubber-idle', 'sleep on=20 off=80 + sleep procs=1 on=60 off=40 policy=idle'),
  c('backup-idle-w2', 'busy procs=3 policy=idle', { workers: 2 }),
  c('daemons-light', 'sleepers n=1 + timer procs=2 on=15 off=85 detach=2'),
  script('forked-twice-3', 'daemons.py 3 100 0', { like: 'busy procs=3 detach=2 from=0.2' }),
  script('forked-twice-light-w4', 'daemons.py 3 10 90', { like: 'sleep procs=3 on=10 off=90 detach=2', workers: 4 }),
  python('cron-jobs-w4', 'children n=1 on=60 off=240', { workers: 4 }),
  command(
    'watchdog',
    ['sh', '{programs}/watchdog.sh', '{seconds}', '{engine}', '1', 'sleep', 'n=2', 'on=30', 'off=70'],
    {
      like: 'sleep n=2 on=30 off=70',
    },
  ),
  command('watchdog-restarts-3', ['sh', '{programs}/watchdog.sh', '{seconds}', '{engine}', '1.5', 'busy', 'n=3'], {
    like: 'busy n=3',
  }),
  command(
    'cron-wrapper-w2',
    ['timeout', '30', 'nice', '-n', '5', 'sh', '-c', 'sleep 1; {engine} 5 sleep n=4 on=20 off=80; true'],
    { like: 'sleep n=4 on=20 off=80 from=1', workers: 2 },
  ),
];

export const BLIND = [...SERVERS, ...DATABASES, ...INTERACTIVE, ...MEETING, ...FLOWS, ...TASKS, ...HELPERS];
