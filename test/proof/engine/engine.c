/*
 * A program with known demand: engine SECONDS SHAPE [KEY=VALUE...] [+ SHAPE [KEY=VALUE...]]...
 * Work is counted in CPU time, so how much of it there is does not depend on the machine. The shapes, their keys and
 * the demand that follows from them: ../truth/shapes.mjs, which has one function for each of them.
 */
#include "engine.h"
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

double origin, program_end;
char **program_arguments;

/* The clock of a thread is a system call: it is asked about every 20 us. */
void burn(double cpu_seconds, double end) {
  volatile unsigned x = 0;
  double stop = clock_seconds(CLOCK_THREAD_CPUTIME_ID) + cpu_seconds;
  while (clock_seconds(CLOCK_THREAD_CPUTIME_ID) < stop && now() < end)
    for (int i = 0; i < 10000; i++) x += i;
}

void nap_until(double at) {
  struct timespec t = { (time_t)at, (long)((at - (time_t)at) * 1e9) };
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR) {}
}

/* Relative, as sleep() and time.sleep() are. */
void nap(double seconds) {
  if (seconds <= 0) return;
  struct timespec t = { (time_t)seconds, (long)((seconds - (time_t)seconds) * 1e9) };
  while (nanosleep(&t, &t) == -1 && errno == EINTR) {}
}

struct timespec realtime_in(double seconds) {
  double at = clock_seconds(CLOCK_REALTIME) + seconds;
  return (struct timespec){ (time_t)at, (long)((at - (time_t)at) * 1e9) };
}

/* Threads that pause start one after the other over a cycle, so that they do not all work at the same time. */
double first_start(const Thread *t) {
  const Group *g = t->group;
  int processes = g->procs > 0 ? g->procs : 1;
  double place = (double)(g->process * g->n + t->index) / (g->n * processes);
  int at_once = g->together || g->off <= 0;
  return origin + g->from + (at_once ? 0 : place * (g->on + g->off));
}

void start_threads(pthread_t *ids, Thread *threads, int count, void *(*body)(void *)) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 65536);
  for (int i = 0; i < count; i++)
    if (pthread_create(&ids[i], &attributes, body, &threads[i]) != 0) { perror("engine: pthread_create"); exit(2); }
}

static void fail(const char *what, const char *word) {
  fprintf(stderr, "engine: %s: %s\n", what, word);
  exit(2);
}

static void set_key(Group *g, const char *key, const char *value) {
  double number = atof(value);
  struct { const char *key; double *target, factor; } times[] = {
    { "on", &g->on, 1e-3 }, { "off", &g->off, 1e-3 }, { "every", &g->every, 1e-3 }, { "serial", &g->serial, 1e-3 },
    { "timed", &g->timed, 1e-3 }, { "from", &g->from, 1 }, { "until", &g->until, 1 } };
  struct { const char *key; int *target; } counts[] = {
    { "n", &g->n }, { "procs", &g->procs }, { "spin", &g->spin }, { "together", &g->together }, { "detach", &g->detach },
    { "nice", &g->nice }, { "exec", &g->exec }, { "reap", &g->reap }, { "socket", &g->socket } };
  for (unsigned i = 0; i < sizeof times / sizeof *times; i++)
    if (strcmp(key, times[i].key) == 0) { *times[i].target = number * times[i].factor; return; }
  for (unsigned i = 0; i < sizeof counts / sizeof *counts; i++)
    if (strcmp(key, counts[i].key) == 0) { *counts[i].target = (int)number; return; }
  if (strcmp(key, "policy") == 0) g->policy = value;
  else fail("unknown key", key);
}

static void be_kind(const Group *g) {
  if (g->nice != 0) setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), g->nice);
  if (g->policy == NULL) return;
  struct sched_param none = { 0 };
  if (sched_setscheduler(0, g->policy[0] == 'i' ? SCHED_IDLE : SCHED_BATCH, &none) != 0) perror("engine: policy");
}

static void run_group(Group *g) {
  static const struct { const char *shape; void (*run)(Group *); } shapes[] = {
    { "busy", run_pieces }, { "sleep", run_pieces }, { "timer", run_pieces }, { "timed", run_pieces },
    { "sleepers", run_pieces }, { "threads", run_pieces }, { "children", run_children }, { "arrivals", run_arrivals },
    { "pipe", run_arrivals }, { "gang", run_gang }, { "turns", run_turns }, { "pool", run_pool } };
  be_kind(g);
  for (unsigned i = 0; i < sizeof shapes / sizeof *shapes; i++)
    if (strcmp(g->shape, shapes[i].shape) == 0) { shapes[i].run(g); return; }
  fail("unknown shape", g->shape);
}

/* The calling process becomes an orphan: its parent is gone. With detach=2 it is in a session of its own too. */
void detach_process(void) {
  pid_t middle = getpid();
  pid_t child = fork();
  if (child != 0) _exit(0);
  while (getppid() == middle) nap(0.001);
}

static void start_processes(Group *g) {
  for (int i = 0; i < g->procs; i++) {
    pid_t child = fork();
    if (child > 0) { if (g->detach) waitpid(child, NULL, 0); continue; }
    g->process = i;
    if (g->detach == 2) setsid();
    if (g->detach) detach_process();
    else prctl(PR_SET_PDEATHSIG, SIGKILL);
    run_group(g);
    _exit(0);
  }
}

static void *as_thread(void *group) { run_group(group); return NULL; }

int main(int count, char **words) {
  program_arguments = words;
  if (count == 4 && strcmp(words[1], "piece") == 0) { burn(atof(words[2]), atof(words[3])); return 0; }
  if (count < 3) { fprintf(stderr, "usage: engine SECONDS SHAPE [KEY=VALUE...] [+ SHAPE [KEY=VALUE...]]...\n"); return 2; }
  origin = now();
  double seconds = atof(words[1]);
  program_end = origin + seconds;
  Group groups[8];
  int used = 0;
  for (int i = 2; i < count; i++) {
    if (i == 2 || strcmp(words[i - 1], "+") == 0) {
      if (used == 8) fail("too many groups", words[i]);
      groups[used++] = (Group){ .shape = words[i], .n = 1, .on = 1e9, .until = seconds, .reap = 1 };
    } else if (strcmp(words[i], "+") != 0) {
      char *equals = strchr(words[i], '=');
      if (equals == NULL) fail("expected KEY=VALUE", words[i]);
      *equals = '\0';
      set_key(&groups[used - 1], words[i], equals + 1);
      *equals = '=';
    }
  }
  pthread_t threads[8];
  int started = 0;
  for (int i = 0; i < used; i++) if (groups[i].procs > 0) start_processes(&groups[i]);
  for (int i = 0; i < used; i++) if (groups[i].procs == 0) pthread_create(&threads[started++], NULL, as_thread, &groups[i]);
  while (started > 0) pthread_join(threads[--started], NULL);
  nap_until(program_end);
  while (wait(NULL) > 0) {}
  return 0;
}
