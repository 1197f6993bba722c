/* Threads that work and pause on their own, and ones that live for a piece only. */
#include "engine.h"
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

static void *burn_once(void *thread) {
  Thread *t = thread;
  burn(t->group->on, end_of(t->group));
  return NULL;
}

/* Waits for a condition that nobody signals. */
static void wait_in_vain(double seconds) {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
  struct timespec until = realtime_in(seconds);
  pthread_mutex_lock(&mutex);
  while (pthread_cond_timedwait(&condition, &mutex, &until) == 0) {}
  pthread_mutex_unlock(&mutex);
}

static void *work(void *thread) {
  Thread *t = thread;
  Group *g = t->group;
  char kind = g->shape[0] == 't' ? g->shape[4] : g->shape[0];
  double start = first_start(t), end = end_of(g);
  nap_until(start);
  if (strcmp(g->shape, "sleepers") == 0) { nap_until(end); return NULL; }
  for (long cycle = 1; now() < end; cycle++) {
    if (strcmp(g->shape, "threads") == 0) {
      pthread_t id;
      start_threads(&id, t, 1, burn_once);
      pthread_join(id, NULL);
    } else burn(g->on, end);
    double pause = g->off < end - now() ? g->off : end - now();
    if (pause <= 0) continue;
    if (kind == 'r') nap_until(start + cycle * (g->on + g->off)); /* timer: comes back at once when it is late */
    else if (kind == 'd') wait_in_vain(pause);                    /* timed */
    else nap(pause);
  }
  return NULL;
}

static void *spawn_children(void *thread) {
  Thread *t = thread;
  Group *g = t->group;
  double end = end_of(g);
  nap_until(first_start(t));
  while (now() < end) {
    pid_t parent = getpid(), child = fork();
    if (child == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (getppid() != parent) _exit(0);
      if (g->exec) {
        char seconds[32], until[32];
        snprintf(seconds, sizeof seconds, "%.6f", g->on);
        snprintf(until, sizeof until, "%.6f", end);
        execl("/proc/self/exe", program_arguments[0], "piece", seconds, until, NULL);
      }
      burn(g->on, end);
      _exit(0);
    }
    waitpid(child, NULL, 0);
    nap(g->off < end - now() ? g->off : end - now());
  }
  return NULL;
}

static void run_all(Group *g, void *(*body)(void *)) {
  pthread_t ids[g->n];
  Thread threads[g->n];
  for (int i = 0; i < g->n; i++) threads[i] = (Thread){ g, i, NULL };
  start_threads(ids, threads, g->n, body);
  for (int i = 0; i < g->n; i++) pthread_join(ids[i], NULL);
}

void run_pieces(Group *g) { run_all(g, work); }

/* reap=0: nobody waits for the children, so the kernel adds their CPU time to no parent. */
void run_children(Group *g) {
  if (!g->reap) signal(SIGCHLD, SIG_IGN);
  run_all(g, spawn_children);
}
