/* Threads and processes that wait for each other. */
#include "engine.h"
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#define MAX_MEMBERS 256

typedef struct {
  pthread_mutex_t mutex;
  pthread_cond_t arrived;
  pthread_barrier_t barrier;
  atomic_int at_barrier, generation;
  sem_t turns[MAX_MEMBERS];
  int pending, over, pipe[2];
} Shared;

static void run_members(Group *g, Shared *shared, int count, void *(*body)(void *)) {
  if (count > MAX_MEMBERS) { fprintf(stderr, "engine: at most %d members\n", MAX_MEMBERS); exit(2); }
  pthread_t ids[count];
  Thread threads[count];
  for (int i = 0; i < count; i++) threads[i] = (Thread){ g, i, shared };
  start_threads(ids, threads, count, body);
  for (int i = 0; i < count; i++) pthread_join(ids[i], NULL);
}

/* Pieces come from a clock, whether or not the last ones are done. Threads 0 to n - 1 take them; thread n sends them. */
static void *consume(void *thread) {
  Thread *t = thread;
  Group *g = t->group;
  Shared *s = t->shared;
  double end = end_of(g);
  if (t->index == g->n) {
    for (long k = 0; (nap_until(origin + g->from + k * g->every), now() < end); k++) {
      pthread_mutex_lock(&s->mutex);
      s->pending++;
      pthread_cond_signal(&s->arrived);
      pthread_mutex_unlock(&s->mutex);
    }
    pthread_mutex_lock(&s->mutex);
    s->over = 1;
    pthread_cond_broadcast(&s->arrived);
    pthread_mutex_unlock(&s->mutex);
    return NULL;
  }
  for (;;) {
    pthread_mutex_lock(&s->mutex);
    while (s->pending == 0 && !s->over) {
      struct timespec until = realtime_in(g->timed);
      if (g->timed > 0) pthread_cond_timedwait(&s->arrived, &s->mutex, &until);
      else pthread_cond_wait(&s->arrived, &s->mutex);
    }
    int over = s->over;
    s->pending--;
    pthread_mutex_unlock(&s->mutex);
    if (over) return NULL;
    burn(g->on, end);
  }
}

static void *consume_bytes(void *thread) {
  Thread *t = thread;
  Shared *s = t->shared;
  char byte;
  while (read(s->pipe[0], &byte, 1) == 1 && now() < end_of(t->group)) burn(t->group->on, end_of(t->group));
  return NULL;
}

static void open_channel(const Group *g, int channel[2]) {
  if ((g->socket ? socketpair(AF_UNIX, SOCK_STREAM, 0, channel) : pipe(channel)) != 0) { perror("engine"); exit(2); }
}

void run_arrivals(Group *g) {
  Shared s = { .mutex = PTHREAD_MUTEX_INITIALIZER, .arrived = PTHREAD_COND_INITIALIZER };
  if (g->shape[0] == 'a') { run_members(g, &s, g->n + 1, consume); return; }
  open_channel(g, s.pipe);
  pid_t producer = fork();
  if (producer == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(s.pipe[0]);
    for (long k = 0; (nap_until(origin + g->from + k * g->every), now() < end_of(g)); k++)
      if (write(s.pipe[1], "x", 1) != 1) break;
    _exit(0);
  }
  close(s.pipe[1]);
  run_members(g, &s, g->n, consume_bytes);
  waitpid(producer, NULL, 0);
}

static void relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

/* As OpenMP waits: passively in the kernel, or spinning. */
static void meet(Group *g, Shared *s) {
  if (!g->spin) { pthread_barrier_wait(&s->barrier); return; }
  int generation = atomic_load(&s->generation);
  if (atomic_fetch_add(&s->at_barrier, 1) + 1 == g->n) {
    atomic_store(&s->at_barrier, 0);
    atomic_fetch_add(&s->generation, 1);
  } else while (atomic_load(&s->generation) == generation) relax();
}

static void *gang_member(void *thread) {
  Thread *t = thread;
  Group *g = t->group;
  Shared *s = t->shared;
  double end = end_of(g);
  nap_until(origin + g->from);
  for (;;) {
    if (t->index == 0) {
      burn(g->serial, end);
      nap(g->off < end - now() ? g->off : end - now());
      s->over = now() >= end;
    }
    meet(g, s);
    if (s->over) return NULL;
    burn(g->on, end);
    meet(g, s);
  }
}

void run_gang(Group *g) {
  Shared s = { 0 };
  pthread_barrier_init(&s.barrier, NULL, g->n);
  run_members(g, &s, g->n, gang_member);
}

/* One lock goes round: many threads, one at a time, as under the lock of an interpreter. */
static void *take_turns(void *thread) {
  Thread *t = thread;
  Group *g = t->group;
  Shared *s = t->shared;
  double end = end_of(g);
  for (;;) {
    struct timespec until = realtime_in(g->timed);
    if (g->timed <= 0) sem_wait(&s->turns[t->index]);
    else while (sem_timedwait(&s->turns[t->index], &until) != 0) until = realtime_in(g->timed);
    int over = now() >= end;
    burn(g->on, end);
    sem_post(&s->turns[(t->index + 1) % g->n]);
    if (over) return NULL;
  }
}

void run_turns(Group *g) {
  Shared s = { 0 };
  for (int i = 0; i < g->n; i++) sem_init(&s.turns[i], 0, i == 0);
  nap_until(origin + g->from);
  run_members(g, &s, g->n, take_turns);
}

/* Single-threaded processes that all get a piece at once; when the last one is done, they rest. */
void run_pool(Group *g) {
  int channels[MAX_MEMBERS], n = g->n;
  char byte = 0;
  double end = end_of(g);
  if (n > MAX_MEMBERS) { fprintf(stderr, "engine: at most %d members\n", MAX_MEMBERS); exit(2); }
  for (int i = 0; i < n; i++) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) { perror("engine: socketpair"); exit(2); }
    channels[i] = ends[0];
    if (fork() == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      for (int other = 0; other <= i; other++) close(channels[other]);
      while (read(ends[1], &byte, 1) == 1) {
        burn(g->on, end);
        if (write(ends[1], &byte, 1) != 1) break;
      }
      _exit(0);
    }
    close(ends[1]);
  }
  nap_until(origin + g->from);
  while (now() < end) {
    for (int i = 0; i < n; i++) if (write(channels[i], &byte, 1) != 1) return;
    for (int i = 0; i < n; i++) if (read(channels[i], &byte, 1) != 1) return;
    nap(g->off < end - now() ? g->off : end - now());
  }
  for (int i = 0; i < n; i++) close(channels[i]);
}
