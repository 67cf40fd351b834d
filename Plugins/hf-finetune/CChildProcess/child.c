// Starting, watching and ending a process of one's own: the POSIX calls that Swift cannot import.
#define _GNU_SOURCE
#include "cchildprocess.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int ote_child_pipe(int *read_end, int *write_end) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return errno;
  if (fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0) {
    int e = errno;
    close(ends[0]);
    close(ends[1]);
    return e;
  }
  *read_end = ends[0];
  *write_end = ends[1];
  return 0;
}

// dup2 actions run in order, so a source that already sits on a target number has to move out of the way first.
int ote_child_start(pid_t *pid, const char *path, char *const argv[], char *const envp[], int output, int events, int control) {
  int high[3] = {output, events, control};
  for (int i = 0; i < 3; i++) {
    high[i] = fcntl(high[i], F_DUPFD_CLOEXEC, 64);
    if (high[i] < 0) {
      int e = errno;
      while (i-- > 0) close(high[i]);
      return e;
    }
  }
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  sigset_t none, all;
  posix_spawn_file_actions_init(&files);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, high[0], 1);
  posix_spawn_file_actions_adddup2(&files, high[0], 2);
  posix_spawn_file_actions_adddup2(&files, high[1], 3);
  posix_spawn_file_actions_adddup2(&files, high[2], 4);
  posix_spawn_file_actions_addclosefrom_np(&files, 5);
  sigemptyset(&none);
  sigemptyset(&all);
  for (int s = 1; s < 32; s++)
    if (s != SIGKILL && s != SIGSTOP) sigaddset(&all, s);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  int result = posix_spawn(pid, path, &files, &attributes, argv, envp);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  for (int i = 0; i < 3; i++) close(high[i]);
  return result;
}

int ote_child_watch(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

void ote_child_kill_group(pid_t pid) { kill(-pid, SIGKILL); }

int ote_child_reap(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return -SIGKILL;  // somebody else has reaped it: how it ended is lost
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}
