/* The processes and threads of the copies, and the trace that is written. */
#include <stdio.h>

typedef struct {
  int id, pid, parent, worker, seen, calm, named, same;
  char state, name[16];
  long utime, stime, cutime, cstime, threads, nice, policy;
  unsigned long long start, run_ns, wait_ns, slices;
} Task;

extern FILE *out;
extern int look_number;

/* Length, or -1. */
int read_file(const char *path, char *buffer, int size);
/* The number after a name in a text, or -1. */
long number_after(const char *text, const char *name);
/* An array of the line, and its next element. */
void begin(const char *name);
void next(void);

void add_copy(int pid, int worker);
/* Finds the members; then each writes an array of the line. */
void find_members(void);
void write_threads(void);
void write_processes(void);
void write_gone(void);
