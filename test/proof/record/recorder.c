/*
 * recorder OUT PERIOD_MS COPIES CGROUP META -- COMMAND...: runs copies of a command and writes what the kernel tells about
 * every process and thread of theirs, one JSON line for each look. The first line is META. CGROUP: a directory, or -.
 * The fields: traces.mjs, which reads them. A process or thread is written when it has changed.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SLOTS 65536          /* of the table, by id */
#define REST_AFTER 10        /* looks without a change, asleep */
#define REST_LOOKS 4

typedef struct {
  int id, pid, parent, worker, seen, calm, named;
  char state;
  long utime, stime, cutime, cstime, threads, nice, policy;
  unsigned long long start, run_ns, wait_ns, slices;
} Task;

static Task processes[SLOTS], threads[SLOTS];
static int process_count, look_number;
static FILE *out;
static const char *separator;

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static int read_file(const char *path, char *buffer, int size) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return -1;
  int length = (int)read(file, buffer, size - 1);
  close(file);
  buffer[length < 0 ? 0 : length] = '\0';
  return length;
}

static Task *slot_of(Task *table, int id) {
  for (unsigned i = (unsigned)id * 2654435761u >> 16, n = 0; n < SLOTS; i = (i + 1) % SLOTS, n++)
    if (table[i].id == id || table[i].id == 0) return &table[i];
  fprintf(stderr, "recorder: too many tasks\n");
  exit(2);
}

static void begin(const char *name) { fprintf(out, ",\"%s\":[", name); separator = ""; }
static void next(void) { fputs(separator, out); separator = ","; }

static int parse_stat(const char *path, Task *t) {
  char text[1024];
  if (read_file(path, text, sizeof text) <= 0) return -1;
  char *rest = strrchr(text, ')');
  if (rest == NULL) return -1;
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

static long number_after(const char *text, const char *name) {
  const char *found = strstr(text, name);
  return found == NULL ? -1 : atol(found + strlen(name));
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
    snprintf(path, sizeof path, "/proc/%d/task/%d/comm", t->pid, t->id);
    length = read_file(path, text, sizeof text);
    putc(',', out);
    write_text(text, length > 0 ? length - 1 : 0);
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
    if (known->calm >= REST_AFTER && (look_number + tid) % REST_LOOKS != 0) continue;
    Task t = *known;
    snprintf(path, sizeof path, "/proc/%d/task/%d/stat", pid, tid);
    if (parse_stat(path, &t) != 0) continue;
    snprintf(path, sizeof path, "/proc/%d/task/%d/schedstat", pid, tid);
    if (read_file(path, text, sizeof text) <= 0) continue;
    sscanf(text, "%llu %llu %llu", &t.run_ns, &t.wait_ns, &t.slices);
    int same = known->named && t.run_ns == known->run_ns && t.slices == known->slices && t.state == known->state;
    t.calm = same && t.state == 'S' ? known->calm + 1 : 0;
    *known = t;
    if (!same) write_thread(known);
  }
  closedir(directory);
}

static int list[SLOTS];

/* Reads the stat files of the machine once; the members are those below the copies, or once seen there. */
static void find_members(void) {
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
  process_count = 0;
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
      t->named = is_known && known->named;
      t->pid = is_known && t->state == known->state && t->utime == known->utime && t->stime == known->stime && t->cutime == known->cutime &&
               t->cstime == known->cstime && t->parent == known->parent && t->threads == known->threads;
      *known = *t;
      known->seen = look_number;
      list[process_count++] = t->id;
    }
  }
}

static void write_processes(void) {
  char path[64], text[512];
  begin("p");
  for (int i = 0; i < process_count; i++) {
    Task *t = slot_of(processes, list[i]);
    if (t->pid && t->named) continue; /* pid: whether it is as it was */
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

static void write_gone(void) {
  begin("x");
  for (int i = 0; i < SLOTS; i++)
    if (processes[i].id > 0 && processes[i].seen > 0 && processes[i].seen < look_number) {
      next();
      fprintf(out, "%d", processes[i].id);
      processes[i].seen = 0;
      processes[i].start = 0;
    }
  fputs("]", out);
}

/* Ticks of the CPUs that this process may use: user nice system idle iowait irq softirq steal. */
static void write_machine(void) {
  static char text[65536];
  long sums[8] = { 0 }, v[8];
  cpu_set_t allowed;
  sched_getaffinity(0, sizeof allowed, &allowed);
  if (read_file("/proc/stat", text, sizeof text) <= 0) return;
  for (char *line = strstr(text, "\ncpu"); line != NULL; line = strstr(line + 1, "\ncpu")) {
    int cpu;
    if (sscanf(line, "\ncpu%d %ld %ld %ld %ld %ld %ld %ld %ld", &cpu, v, v + 1, v + 2, v + 3, v + 4, v + 5, v + 6, v + 7) == 9 && CPU_ISSET(cpu, &allowed))
      for (int i = 0; i < 8; i++) sums[i] += v[i];
  }
  begin("m");
  for (int i = 0; i < 8; i++) { next(); fprintf(out, "%ld", sums[i]); }
  fputs("]", out);
}

static void write_cgroup(const char *directory) {
  char path[4096], text[1024];
  snprintf(path, sizeof path, "%s/cpu.stat", directory);
  if (directory[0] == '-' || read_file(path, text, sizeof text) <= 0) return;
  long ns = number_after(text, "throttled_time "), us = number_after(text, "throttled_usec ");
  fprintf(out, ",\"c\":[%ld,%ld,%ld]", number_after(text, "nr_periods "), number_after(text, "nr_throttled "), us >= 0 ? us : ns / 1000);
}

static int write_ended(void) {
  int status, left;
  struct rusage used;
  begin("w");
  while ((left = wait4(-1, &status, WNOHANG, &used)) > 0) {
    next();
    fprintf(out, "[%d,%d,%ld,%ld]", left, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
            used.ru_utime.tv_sec * 1000000 + used.ru_utime.tv_usec, used.ru_stime.tv_sec * 1000000 + used.ru_stime.tv_usec);
  }
  fputs("]", out);
  return left == 0;
}

int main(int count, char **words) {
  if (count < 8 || strcmp(words[6], "--") != 0) { fprintf(stderr, "usage: recorder OUT PERIOD_MS COPIES CGROUP META -- COMMAND...\n"); return 2; }
  out = fopen(words[1], "we");
  if (out == NULL) { perror(words[1]); return 2; }
  static char buffer[1 << 22];
  setvbuf(out, buffer, _IOFBF, sizeof buffer);
  double period = atof(words[2]), begun = now_ms(), due = begun;
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  look_number = 1;
  for (int i = 0; i < atoi(words[3]); i++) {
    pid_t child = fork();
    if (child == 0) { execvp(words[7], words + 7); perror(words[7]); _exit(127); }
    Task *t = slot_of(processes, child);
    char path[64];
    *t = (Task){ .id = child, .worker = i, .seen = 1 };
    snprintf(path, sizeof path, "/proc/%d/stat", child);
    parse_stat(path, t);
    t->utime = -1; /* written at the first look */
  }
  setpriority(PRIO_PROCESS, 0, -15); /* where it may: looks come in time beside busy neighbours */
  fprintf(out, "%s\n", words[5]);
  for (int alive = 1; alive;) {
    look_number++;
    fprintf(out, "{\"t\":%.2f", now_ms() - begun);
    find_members();
    begin("k");
    for (int i = 0; i < process_count; i++) look_at_threads(list[i]);
    fputs("]", out);
    write_processes();
    write_gone();
    write_machine();
    write_cgroup(words[4]);
    alive = write_ended();
    fputs("}\n", out);
    due += period;
    double left = due - now_ms();
    if (left < 0) { due -= left; left = 0; }
    struct timespec pause = { (time_t)(left / 1000), (long)(((long)(left * 1000) % 1000000) * 1000) };
    nanosleep(&pause, NULL);
  }
  return fclose(out) != 0;
}
