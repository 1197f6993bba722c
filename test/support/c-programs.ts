/**
 * Small C programs with known demand, compiled once into `.cache/` with gcc where there is one.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from './project.ts';

const PRELUDE = `
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + t.tv_nsec / 1e9; }
static double cpu(void) { struct timespec t; clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t); return t.tv_sec + t.tv_nsec / 1e9; }
static void nap(double s) { struct timespec t = { (time_t)s, (long)((s - (time_t)s) * 1e9) }; nanosleep(&t, NULL); }
/* The test is the parent: no program outlives it. */
static void die_with_parent(void) { prctl(PR_SET_PDEATHSIG, SIGKILL); }
`;

const SOURCES = {
  /** `threads N SECONDS busy|sleep`: N threads with the main one, all busy or all asleep. */
  threads: `
static double end; static int busy;
static void *work(void *unused) { (void)unused; volatile double x = 0; while (now() < end) { if (busy) for (int i = 0; i < 10000; i++) x += i; else nap(0.05); } return NULL; }
int main(int c, char **v) { (void)c; die_with_parent(); int n = atoi(v[1]); end = now() + atof(v[2]); busy = v[3][0] == 'b';
  for (int i = 1; i < n; i++) { pthread_t t; pthread_create(&t, NULL, work, NULL); }
  puts("ready"); fflush(stdout); work(NULL); return 0; }`,
  /** `bursts N SECONDS ON_MS PERIOD_MS`: N threads work together for ON_MS of CPU time in each period. */
  bursts: `
static double end, on, period, origin;
static void *work(void *unused) { (void)unused; volatile double x = 0;
  for (long k = 1; now() < end; k++) { double wait = origin + k * period - now(); if (wait > 0) nap(wait); double stop = cpu() + on; while (cpu() < stop) for (int i = 0; i < 1000; i++) x += i; } return NULL; }
int main(int c, char **v) { (void)c; die_with_parent(); int n = atoi(v[1]); origin = now(); end = origin + atof(v[2]); on = atof(v[3]) / 1e3; period = atof(v[4]) / 1e3;
  for (int i = 1; i < n; i++) { pthread_t t; pthread_create(&t, NULL, work, NULL); }
  puts("ready"); fflush(stdout); work(NULL); return 0; }`,
  /** `respawn N SECONDS MS`: again and again N - 1 new threads and the main one that work for MS of CPU time. */
  respawn: `
static double ms;
static void *work(void *unused) { (void)unused; volatile double x = 0; double stop = cpu() + ms / 1e3; while (cpu() < stop) for (int i = 0; i < 1000; i++) x += i; return NULL; }
int main(int c, char **v) { (void)c; die_with_parent(); int n = atoi(v[1]); double end = now() + atof(v[2]); ms = atof(v[3]); pthread_t t[64];
  puts("ready"); fflush(stdout);
  while (now() < end) { for (int i = 1; i < n; i++) pthread_create(&t[i], NULL, work, NULL); work(NULL); for (int i = 1; i < n; i++) pthread_join(t[i], NULL); } return 0; }`,
  /** `daemon SECONDS MIDDLE_MS`: a grandchild in its own session, its parent gone after MIDDLE_MS; prints its pid. */
  daemon: `
int main(int c, char **v) { (void)c; die_with_parent(); double end = now() + atof(v[1]);
  pid_t middle = fork();
  if (middle == 0) {
    setsid();
    pid_t grandchild = fork();
    if (grandchild == 0) { while (now() < end) nap(0.05); return 0; }
    printf("%d\\n", grandchild); fflush(stdout); nap(atof(v[2]) / 1e3); _exit(0);
  }
  waitpid(middle, NULL, 0); while (now() < end) nap(0.05); return 0; }`,
  /** `forest P T SECONDS BUSY_MS`: P processes of T threads; the first thread of each works BUSY_MS in each second. */
  forest: `
static double end;
static void *rest(void *unused) { (void)unused; while (now() < end) nap(end - now() + 0.01); return NULL; }
int main(int c, char **v) { (void)c; die_with_parent(); int p = atoi(v[1]), n = atoi(v[2]); end = now() + atof(v[3]); double on = atof(v[4]) / 1e3;
  for (int i = 1; i < p; i++) if (fork() == 0) { die_with_parent(); break; }
  pthread_attr_t a; pthread_attr_init(&a); pthread_attr_setstacksize(&a, 65536);
  for (int i = 1; i < n; i++) { pthread_t t; pthread_create(&t, &a, rest, NULL); }
  volatile double x = 0;
  while (now() < end) { double stop = cpu() + on; while (cpu() < stop) for (int i = 0; i < 1000; i++) x += i; nap(1); }
  return 0; }`,
  /** `churn SECONDS`: forks children that live for a moment, some of them orphans, as fast as it can. */
  churn: `
int main(int c, char **v) { (void)c; die_with_parent(); double end = now() + atof(v[1]); signal(SIGCHLD, SIG_IGN);
  puts("ready"); fflush(stdout);
  while (now() < end) { pid_t p = fork(); if (p == 0) { if (fork() == 0) { nap(0.002); _exit(0); } _exit(0); } if (p > 0) nap(0.001); } return 0; }`,
  /** `comet SECONDS`: forks and ends at once, again and again, each time in a new session; ignores SIGTERM. */
  comet: `
int main(int c, char **v) { (void)c; double end = now() + atof(v[1]); signal(SIGTERM, SIG_IGN);
  while (now() < end) { if (fork()) _exit(0); setsid(); } return 0; }`,
  /** `die N`: ends by signal N. */
  die: `
int main(int c, char **v) { (void)c; prctl(PR_SET_DUMPABLE, 0); int n = atoi(v[1]); signal(n, SIG_DFL); raise(n); return 99; }`,
  /** `receive LAST`: prints the number of each signal that arrives, and ends with status 7 at LAST. */
  receive: `
int main(int c, char **v) { (void)c; sigset_t all; sigfillset(&all); sigprocmask(SIG_BLOCK, &all, NULL);
  puts("ready"); fflush(stdout);
  for (;;) { int n = sigwaitinfo(&all, NULL); if (n == SIGCHLD) continue; printf("%d\\n", n); fflush(stdout); if (n == atoi(v[1])) return 7; } }`,
  /**
   * `reaper CHILDREN ORPHANS`: starts that many children, which end with status i % 256 at once, and processes
   * that lose their parent at once; prints how many statuses were wrong.
   */
  reaper: `
int main(int c, char **v) { (void)c; int n = atoi(v[1]), orphans = atoi(v[2]), wrong = 0; pid_t pids[4096];
  for (int i = 0; i < n || i < orphans; i++) {
    if (i < n && (pids[i] = fork()) == 0) _exit(i % 256);
    if (i < orphans) { pid_t middle = fork(); if (middle == 0) { if (fork() == 0) { setsid(); nap(0.001 * (i % 40)); _exit(3); } _exit(0); } waitpid(middle, NULL, 0); }
  }
  for (int i = 0; i < n; i++) { int s; if (waitpid(pids[i], &s, 0) != pids[i] || !WIFEXITED(s) || WEXITSTATUS(s) != i % 256) wrong++; }
  printf("wrong %d\\n", wrong); return wrong > 0; }`,
  /** `inherited WORD...`: everything that a process can tell about what it inherited, one fact a line; bytes as hex. */
  inherited: `
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/file.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/stat.h>
extern char **environ;
static void hex(const char *name, const char *s) { printf("%s ", name); for (; *s; s++) printf("%02x", (unsigned char)*s); putchar('\\n'); }
static void line_of(const char *path, const char *starts) { char b[512]; FILE *f = fopen(path, "r"); if (!f) return;
  while (fgets(b, sizeof b, f)) if (!strncmp(b, starts, strlen(starts))) fputs(b, stdout); fclose(f); }
int main(int c, char **v) {
  static char buffer[1 << 20]; setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
  for (int i = 0; i < c; i++) hex("word", v[i]);
  for (char **e = environ; *e; e++) hex("env", *e);
  const char *status[] = { "SigBlk", "SigIgn", "SigCgt", "SigPnd", "ShdPnd", "Umask", "NoNewPrivs", "Cap", "Uid", "Gid", "Groups", "Seccomp:", "Cpus_allowed:", "THP" };
  for (unsigned i = 0; i < sizeof status / sizeof *status; i++) line_of("/proc/self/status", status[i]);
  line_of("/proc/self/oom_score_adj", ""); line_of("/proc/self/timerslack_ns", ""); line_of("/proc/self/cgroup", "");
  for (int r = 0; r < RLIM_NLIMITS; r++) { struct rlimit l; getrlimit(r, &l); printf("limit %d %lu %lu\\n", r, l.rlim_cur, l.rlim_max); }
  DIR *d = opendir("/proc/self/fd"); struct dirent *e;
  while ((e = readdir(d))) { int n = atoi(e->d_name); struct stat s; if (e->d_name[0] == '.' || n == dirfd(d)) continue; fstat(n, &s);
    printf("descriptor %d flags %o close %d type %o\\n", n, fcntl(n, F_GETFL), fcntl(n, F_GETFD), s.st_mode & S_IFMT); }
  int die = -1, reaper = -1; prctl(PR_GET_PDEATHSIG, &die); prctl(PR_GET_CHILD_SUBREAPER, &reaper); char cwd[4096];
  hex("directory", getcwd(cwd, sizeof cwd) ? cwd : "gone");
  printf("group %d session %d nice %d policy %d personality %x\\n", getpgrp(), getsid(0), getpriority(PRIO_PROCESS, 0), sched_getscheduler(0), personality(0xffffffff));
  printf("dies with parent %d reaper %d dumpable %d\\n", die, reaper, prctl(PR_GET_DUMPABLE));
  /* One at a time: the lines of several must not mix. */
  flock(open("/proc/self/exe", O_RDONLY), LOCK_EX); fflush(stdout);
  return 0; }`,
} as const;

export type CProgram = keyof typeof SOURCES;

let compiler: string | undefined | null = null;

/** Why C programs cannot be had here; `undefined` when they can. For `t.skip`. */
export function missingCompiler(): string | undefined {
  if (compiler === null) {
    try {
      execFileSync('gcc', ['--version'], { stdio: 'ignore' });
      compiler = 'gcc';
    } catch {
      compiler = undefined;
    }
  }
  return compiler === undefined ? 'gcc is not installed' : undefined;
}

/**
 * `openmp SECONDS`: as many busy threads as OpenMP starts. Linked statically: it runs where there is nothing else.
 */
export function compileOpenmpProgram(): string {
  const source = `
#include <time.h>
static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + t.tv_nsec / 1e9; }
int main(int c, char **v) { (void)c; double end = now() + atof(v[1]);
  _Pragma("omp parallel")
  { volatile double x = 0; while (now() < end) for (int i = 0; i < 10000; i++) x += i; }
  return 0; }`;
  return compileSource('openmp', `#include <stdlib.h>${source}`, ['-fopenmp', '-static']);
}

/** Path of the compiled program. */
export function compileProgram(name: CProgram): string {
  return compileSource(name, PRELUDE + SOURCES[name]);
}

/** Path of the program compiled from a text of C. */
export function compileSource(name: string, source: string, flags: readonly string[] = ['-pthread']): string {
  const directory = join(PROJECT_ROOT, '.cache', 'c-programs');
  const target = join(
    directory,
    `${name}-${createHash('sha256')
      .update([source, ...flags].join('\0'))
      .digest('hex')
      .slice(0, 12)}`,
  );
  if (!existsSync(target)) {
    mkdirSync(directory, { recursive: true });
    // Test files run side by side: each compiles under a name of its own.
    const own = `${target}.${process.pid}`;
    writeFileSync(`${own}.c`, source);
    execFileSync('gcc', ['-O1', ...flags, '-o', own, `${own}.c`], { stdio: 'pipe' });
    renameSync(own, target);
    rmSync(`${own}.c`);
  }
  return target;
}
