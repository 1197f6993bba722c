/* Reads processes and threads from /proc and writes what has changed. */
#define _GNU_SOURCE
#include "tasks.h"
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define SLOTS 65536          /* of the tables, by id */
#define REST_AFTER 10        /* looks without a change, asleep */
#define REST_LOOKS 4

FILE *out;
int look_number = 1;
static Task processes[SLOTS], threads[SLOTS];
static int members[SLOTS], member_count, previous[SLOTS], previous_count;
static int living[SLOTS], living_count, before[SLOTS], before_count;
static const char *separator;

int read_file(const char *path, char *buffer, int size) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return -1;
  int length = (int)read(file, buffer, size - 1);
  close(file);
  buffer[length < 0 ? 0 : length] = '\0';
  return length;
}

long number_after(const char *text, const char *name) {
  const char *found = strstr(text, name);
  return found == NULL ? -1 : atol(found + strlen(name));
}

static Task *slot_of(Task *table, int id) {
  for (unsigned i = (unsigned)id * 2654435761u >> 16, n = 0; n < SLOTS; i = (i + 1) % SLOTS, n++)
    if (table[i].id == id || table[i].id == 0) return &table[i];
  fprintf(stderr, "recorder: too many tasks\n");
  exit(2);
}

void begin(const char *name) { fprintf(out, ",\"%s\":[", name); separator = ""; }
void next(void) { fputs(separator, out); separator = ","; }

static int parse_stat(const char *path, Task *t) {
  char text[1024];
  if (read_file(path, text, sizeof text) <= 0) return -1;
  char *name = strchr(text, '('), *rest = strrchr(text, ')');
  if (name == NULL || rest == NULL) return -1;
  *rest = '\0';
  /* Another program runs in it: the one that a wrapper has become. */
  if (strncmp(t->name, name + 1, sizeof t->name - 1) != 0) t->named = 0;
  snprintf(t->name, sizeof t->name, "%s", name + 1);
  return sscanf(rest + 2, "%c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld %ld %ld %*d %ld %ld %*d %llu %*u %*d %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %*d %*d %*u %ld",
                &t->state, &t->parent, &t->utime, &t->stime, &t->cutime, &t->cstime, &t->nice, &t->threads, &t->start, &t->policy) == 10 ? 0 : -1;
}

static void write_text(const char *text, int length) {
  putc('"', out);
  for (int i = 0; i < length; i++) {
    unsigned char c = (unsigned char)text[i];
    if (c == '"' || c == '\\') fprintf(out, "\\%c", c);
    else putc(c < 32 || c > 126 ? ' ' : c, out);
  }
  putc('"', out);
}

/* The seconds of the timespec that a sleeping system call was given, and the call with its arguments. */
static void write_syscall(int pid, int tid) {
  char path[64], text[256];
  unsigned long long a[6] = { 0 };
  int number = -1;
  snprintf(path, sizeof path, "/proc/%d/task/%d/syscall", pid, tid);
  if (read_file(path, text, sizeof text) <= 0 || sscanf(text, "%d 0x%llx 0x%llx 0x%llx 0x%llx 0x%llx 0x%llx", &number, a, a + 1, a + 2, a + 3, a + 4, a + 5) < 1) number = -1;
  fprintf(out, ",%d,[%llu,%llu,%llu,%llu,%llu,%llu]", number, a[0], a[1], a[2], a[3], a[4], a[5]);
  unsigned long long at = number == 202 ? a[3] : number == 230 ? a[2] : number == 271 ? a[2] : number == 270 ? a[4] : 0;
  struct timespec t;
  struct iovec here = { &t, sizeof t }, there = { (void *)(size_t)at, sizeof t };
  if (at != 0 && process_vm_readv(tid, &here, 1, &there, 1, 0) == sizeof t) fprintf(out, ",%.6f", t.tv_sec + t.tv_nsec / 1e9);
  else fputs(",null", out);
}

static void write_thread(Task *t) {
  char path[64], text[4096];
  snprintf(path, sizeof path, "/proc/%d/task/%d/status", t->pid, t->id);
  if (read_file(path, text, sizeof text) <= 0) text[0] = '\0';
  next();
  fprintf(out, "[%d,%d,\"%c\",%llu,%llu,%llu,%ld,%ld,", t->id, t->pid, t->state, t->run_ns, t->wait_ns, t->slices,
          number_after(text, "\nvoluntary_ctxt_switches:"), number_after(text, "\nnonvoluntary_ctxt_switches:"));
  snprintf(path, sizeof path, "/proc/%d/task/%d/wchan", t->pid, t->id);
  int length = t->state == 'R' ? 0 : read_file(path, text, sizeof text);
  write_text(text, length > 0 && strcmp(text, "0") != 0 ? length : 0);
  if (t->state == 'R') fputs(",-1,[],null", out);
  else write_syscall(t->pid, t->id);
  if (!t->named) {
    putc(',', out);
    write_text(t->name, (int)strlen(t->name));
    fprintf(out, ",%ld,%ld", t->nice, t->policy);
    t->named = 1;
  }
  putc(']', out);
}

static void look_at_threads(int pid) {
  char path[64], text[128];
  snprintf(path, sizeof path, "/proc/%d/task", pid);
  DIR *directory = opendir(path);
  if (directory == NULL) return;
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
    int tid = atoi(entry->d_name);
    if (tid <= 0) continue;
    Task *known = slot_of(threads, tid);
    if (known->id == 0 || known->pid != pid) *known = (Task){ .id = tid, .pid = pid };
    known->seen = look_number;
    living[living_count++] = tid;
    if (known->calm >= REST_AFTER && (look_number + tid) % REST_LOOKS != 0) continue;
    Task t = *known;
    snprintf(path, sizeof path, "/proc/%d/task/%d/stat", pid, tid);
    if (parse_stat(path, &t) != 0) continue;
    snprintf(path, sizeof path, "/proc/%d/task/%d/schedstat", pid, tid);
    if (read_file(path, text, sizeof text) <= 0) continue;
    sscanf(text, "%llu %llu %llu", &t.run_ns, &t.wait_ns, &t.slices);
    if (t.start != known->start) t.named = 0; /* another one with its id */
    int same = t.named && t.run_ns == known->run_ns && t.slices == known->slices && t.state == known->state;
    t.calm = same && t.state == 'S' ? known->calm + 1 : 0;
    *known = t;
    if (!same) write_thread(known);
  }
  closedir(directory);
}

/* Reads the stat files of the machine once; the members are those below the copies, or once seen there. */
void find_members(void) {
  static Task all[SLOTS];
  int count = 0, added = 1;
  DIR *directory = opendir("/proc");
  for (struct dirent *entry; (entry = readdir(directory)) != NULL && count < SLOTS;) {
    if (!isdigit((unsigned char)entry->d_name[0])) continue;
    Task *t = &all[count];
    *t = (Task){ .id = atoi(entry->d_name), .worker = -1 };
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/stat", t->id);
    if (parse_stat(path, t) == 0) count++;
  }
  closedir(directory);
  memcpy(previous, members, sizeof *members * member_count);
  previous_count = member_count;
  member_count = 0;
  int self = getpid();
  while (added) {
    added = 0;
    for (int i = 0; i < count; i++) {
      Task *t = &all[i];
      if (t->seen) continue;
      Task *known = slot_of(processes, t->id), *parent = slot_of(processes, t->parent);
      int is_known = known->id != 0 && known->start == t->start;
      int has_parent = t->parent == self || (parent->id != 0 && parent->seen == look_number);
      if (!is_known && !has_parent) continue;
      t->seen = added = 1;
      t->worker = is_known ? known->worker : t->parent == self ? -1 : parent->worker;
      t->named = is_known && known->named && strcmp(known->name, t->name) == 0;
      t->same = is_known && t->state == known->state && t->utime == known->utime && t->stime == known->stime && t->cutime == known->cutime &&
               t->cstime == known->cstime && t->parent == known->parent && t->threads == known->threads;
      *known = *t;
      known->seen = look_number;
      members[member_count++] = t->id;
    }
  }
}

void write_processes(void) {
  char path[64], text[512];
  begin("p");
  for (int i = 0; i < member_count; i++) {
    Task *t = slot_of(processes, members[i]);
    if (t->same && t->named) continue;
    next();
    fprintf(out, "[%d,%d,%llu,\"%c\",%ld,%ld,%ld,%ld,%ld,%d", t->id, t->parent, t->start, t->state, t->utime, t->stime, t->cutime, t->cstime, t->threads, t->worker);
    if (!t->named) {
      snprintf(path, sizeof path, "/proc/%d/cmdline", t->id);
      int length = read_file(path, text, sizeof text);
      putc(',', out);
      write_text(text, length > 0 ? length - 1 : 0);
      t->named = 1;
    }
    putc(']', out);
  }
  fputs("]", out);
}

void write_gone(void) {
  begin("x");
  for (int i = 0; i < previous_count; i++) {
    Task *t = slot_of(processes, previous[i]);
    if (t->seen == look_number) continue;
    next();
    fprintf(out, "%d", t->id);
    t->start = 0; /* the id may come again */
  }
  fputs("]", out);
}

void write_threads(void) {
  memcpy(before, living, sizeof *living * living_count);
  before_count = living_count;
  living_count = 0;
  begin("k");
  for (int i = 0; i < member_count; i++) look_at_threads(members[i]);
  fputs("]", out);
  begin("y");
  for (int i = 0; i < before_count; i++) {
    Task *t = slot_of(threads, before[i]);
    if (t->seen == look_number) continue;
    next();
    fprintf(out, "%d", t->id);
  }
  fputs("]", out);
}

/* Its members are those below it from the first look on. */
void add_copy(int pid, int worker) {
  char path[64];
  Task *t = slot_of(processes, pid);
  *t = (Task){ .id = pid, .worker = worker, .seen = look_number };
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  parse_stat(path, t);
}
