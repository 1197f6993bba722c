/*
 * recorder OUT PERIOD_MS COPIES CGROUP META -- COMMAND...: runs copies of a command and writes what the kernel tells about
 * every process and thread of theirs, one JSON line for each look. The first line is META. CGROUP: a directory, or -.
 * The fields: traces.mjs, which reads them. A process or thread is written when it has changed.
 */
#define _GNU_SOURCE
#include "tasks.h"
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
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
  for (int i = 0; i < atoi(words[3]); i++) {
    pid_t child = fork();
    if (child == 0) { execvp(words[7], words + 7); perror(words[7]); _exit(127); }
    add_copy(child, i);
  }
  setpriority(PRIO_PROCESS, 0, -20); /* where it may: looks come in time beside busy neighbours */
  fprintf(out, "%s\n", words[5]);
  for (int alive = 1; alive;) {
    look_number++;
    fprintf(out, "{\"t\":%.2f", now_ms() - begun);
    find_members();
    write_threads();
    write_processes();
    write_gone();
    write_machine();
    write_cgroup(words[4]);
    struct timespec own;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &own);
    fprintf(out, ",\"o\":%.2f", own.tv_sec * 1e3 + own.tv_nsec / 1e6);
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
