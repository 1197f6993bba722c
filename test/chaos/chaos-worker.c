/*
 * A worker that does what the test tells it: `chaos-worker DIRECTORY REACTION`.
 * It appends to DIRECTORY/log and reads commands from the FIFO DIRECTORY/in.INDEX:
 *   exit N | raise SIGNAL | storm KIND COUNT
 * REACTION to TERM, INT and QUIT: die | ignore | exit:N | storm:N (starts processes, then exits with N).
 * Log: `up INDEX PID START`, `proc PID START KIND`, `got INDEX SIGNAL`, `stormed INDEX`.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Nothing outlives a test by more than this, even when the program under test fails. */
#define LONGEST_LIFE_S 120
#define COMET_LIFE_S 3

static int log_fd, own_index, own_pid, reaction_status;
static const char *reaction;

static void say(const char *text) {
  if (write(log_fd, text, strlen(text)) < 0) _exit(99);
}

/* Clock ticks since boot at which this process was started: with the PID its name for ever. */
static unsigned long long start_ticks(void) {
  char text[1024] = {0};
  unsigned long long ticks = 0;
  int fd = open("/proc/self/stat", O_RDONLY);
  if (fd < 0 || read(fd, text, sizeof text - 1) < 0) _exit(98);
  close(fd);
  char *at = strrchr(text, ')') + 1;
  for (int field = 3; field < 22; field++) at = strchr(at + 1, ' ');
  sscanf(at, "%llu", &ticks);
  return ticks;
}

static void end_signals(void (*handler)(int)) {
  signal(SIGTERM, handler);
  signal(SIGINT, handler);
  signal(SIGQUIT, handler);
}

static void stay(char kind, int stubborn) {
  char line[80];
  alarm(LONGEST_LIFE_S);
  end_signals(stubborn ? SIG_IGN : SIG_DFL);
  snprintf(line, sizeof line, "proc %d %llu %c\n", getpid(), start_ticks(), kind);
  say(line);
  if (kind == 't') raise(SIGSTOP);
  for (;;) pause();
}

/* Forks and ends at once, again and again. */
static void comet(void) {
  time_t end = time(NULL) + COMET_LIFE_S;
  end_signals(SIG_IGN);
  while (time(NULL) < end) {
    if (fork() != 0) _exit(0);
    setsid();
  }
  _exit(0);
}

/*
 * c child, i child that ignores the end, t stopped child, s child in its own session, d orphan of a double fork,
 * o the same that ignores the end, n chain of children, z child that has ended, f comet
 */
static void start_one(char kind) {
  if (fork() != 0) return;
  if (kind == 'z') _exit(0);
  if (kind == 'f') comet();
  if (kind == 's' || kind == 'd' || kind == 'o') setsid();
  if ((kind == 'd' || kind == 'o') && fork() != 0) _exit(0);
  if (kind == 'n')
    for (int depth = 0; depth < 3 && fork() == 0; depth++) continue;
  stay(kind, kind == 'i' || kind == 'o');
}

static void storm(char kind, int count) {
  char line[40];
  for (int i = 0; i < count; i++) start_one(kind);
  snprintf(line, sizeof line, "stormed %d\n", own_index);
  say(line);
}

static void on_end(int number) {
  (void)number;
  /* A child that is not ready yet must not multiply. */
  if (reaction[0] == 's' && getpid() == own_pid) {
    storm('c', 4);
    storm('o', 4);
  }
  _exit(reaction_status);
}

static void on_other(int number) {
  char line[40];
  snprintf(line, sizeof line, "got %d %d\n", own_index, number);
  say(line);
}

int main(int count, char **words) {
  char path[4096], line[256], kind;
  int number;
  if (count != 3 || chdir(words[1]) != 0) return 97;
  reaction = words[2];
  reaction_status = strchr(reaction, ':') ? atoi(strchr(reaction, ':') + 1) : 0;
  own_pid = getpid();
  own_index = atoi(getenv("ONEPROCPOOL_WORKER_INDEX"));
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  alarm(LONGEST_LIFE_S);
  log_fd = open("log", O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
  struct sigaction other = {.sa_handler = on_other, .sa_flags = SA_RESTART};
  sigaction(SIGHUP, &other, NULL);
  sigaction(SIGUSR1, &other, NULL);
  sigaction(SIGUSR2, &other, NULL);
  end_signals(reaction[0] == 'd' ? SIG_DFL : reaction[0] == 'i' ? SIG_IGN : on_end);

  snprintf(path, sizeof path, "in.%d", own_index);
  if (mkfifo(path, 0666) != 0) return 96;
  FILE *commands = fopen(path, "r+");
  snprintf(line, sizeof line, "up %d %d %llu\n", own_index, getpid(), start_ticks());
  say(line);
  /* Whoever outlives the launcher must not keep its pipes open: the test waits for their end. */
  for (int fd = 0; fd < 3; fd++) close(fd);
  while (fgets(line, sizeof line, commands) != NULL) {
    if (sscanf(line, "exit %d", &number) == 1) _exit(number);
    if (sscanf(line, "raise %d", &number) == 1) {
      signal(number, SIG_DFL);
      raise(number);
    }
    if (sscanf(line, "storm %c %d", &kind, &number) == 2) storm(kind, number);
  }
  return 95;
}
