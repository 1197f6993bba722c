/* What the parts of the engine share. Times on the command line: milliseconds for pieces, seconds for phases. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef struct {
  const char *shape;
  int n;               /* threads (or slots) of the group in each of its processes */
  int procs;           /* 0: threads of the main process */
  double on, off;      /* a piece of work in CPU time, and the pause after it; seconds here */
  double every;        /* seconds between arrivals */
  double serial;       /* the part of a cycle that one thread does alone; seconds */
  double from, until;  /* active between these, in seconds since the start */
  double timed;        /* wait with this timeout, again and again; 0: without one */
  int spin, together, detach, nice, exec, reap, socket;
  const char *policy;  /* batch, idle */
  int process;         /* which of its processes this is */
} Group;

typedef struct {
  Group *group;
  int index;           /* of the thread in its process */
  void *shared;        /* what the threads of a group share */
} Thread;

extern double origin, program_end;
extern char **program_arguments;

static inline double clock_seconds(clockid_t id) {
  struct timespec t;
  clock_gettime(id, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}
static inline double now(void) { return clock_seconds(CLOCK_MONOTONIC); }
static inline double end_of(const Group *g) { return origin + g->until; }

void burn(double cpu_seconds, double end);
void nap(double seconds);
void nap_until(double at);
struct timespec realtime_in(double seconds);
double first_start(const Thread *t);
void start_threads(pthread_t *ids, Thread *threads, int count, void *(*body)(void *));
void detach_process(void);

/* Each runs a group in the calling process and returns when it is over. */
void run_pieces(Group *g);
void run_children(Group *g);
void run_arrivals(Group *g);
void run_gang(Group *g);
void run_turns(Group *g);
void run_pool(Group *g);
