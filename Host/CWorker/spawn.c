// Starting, watching and reaping a worker: the POSIX calls that Swift cannot import.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "ote_worker.h"

#define PAGE_MAGIC 0x4F544550u

int ote_page_create(int *fd, ote_page **page) {
  int f = memfd_create("ote-page", MFD_CLOEXEC);
  if (f < 0) return errno;
  if (ftruncate(f, sizeof(ote_page)) != 0) { int e = errno; close(f); return e; }
  *page = ote_page_map(f);
  if (!*page) { int e = errno; close(f); return e; }
  (*page)->magic = PAGE_MAGIC;
  (*page)->node = OTE_NODE_HOST;
  (*page)->exit_node = -2;
  *fd = f;
  return 0;
}

ote_page *ote_page_map(int fd) {
  void *p = mmap(NULL, sizeof(ote_page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  return p == MAP_FAILED ? NULL : p;
}

void ote_page_unmap(ote_page *page) { munmap(page, sizeof *page); }
int ote_pipe(int fds[2]) { return pipe2(fds, O_CLOEXEC) == 0 ? 0 : errno; }
int ote_socketpair(int fds[2]) { return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0 ? 0 : errno; }
int ote_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

void ote_eventfd_signal(int fd) {
  uint64_t one = 1;
  if (write(fd, &one, sizeof one) < 0) { /* full means signalled already */ }
}
int ote_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }
int ote_pidfd_signal(int pidfd, int sig) { return (int)syscall(SYS_pidfd_send_signal, pidfd, sig, NULL, 0); }

// posix_spawn's dup2 actions run in order, so a source that already sits on a target number must first
// move out of the way: every source is duplicated above the targets before.
int ote_spawn(pid_t *pid, const char *path, char *const argv[], char *const envp[], int control, int page,
              int output_read, int output_write) {
  int high[4] = {control, page, output_read, output_write};
  for (int i = 0; i < 4; i++) {
    high[i] = fcntl(high[i], F_DUPFD_CLOEXEC, 64);
    if (high[i] < 0) { int e = errno; while (i-- > 0) close(high[i]); return e; }
  }
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  sigset_t none, defaults;
  posix_spawn_file_actions_init(&files);
  posix_spawnattr_init(&attributes);
  // A host that was started with SIGCHLD ignored would have the kernel reap its workers, and never learn how they died.
  struct sigaction children;
  if (sigaction(SIGCHLD, NULL, &children) == 0 && children.sa_handler == SIG_IGN) signal(SIGCHLD, SIG_DFL);
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, high[3], 1);
  posix_spawn_file_actions_adddup2(&files, high[3], 2);
  posix_spawn_file_actions_adddup2(&files, high[0], OTE_FD_CONTROL);
  posix_spawn_file_actions_adddup2(&files, high[1], OTE_FD_PAGE);
  posix_spawn_file_actions_adddup2(&files, high[2], OTE_FD_OUTPUT);
  posix_spawn_file_actions_addclosefrom_np(&files, OTE_FD_OUTPUT + 1);
  sigemptyset(&none);
  sigemptyset(&defaults);
  for (int s = 1; s < 32; s++)
    if (s != SIGKILL && s != SIGSTOP) sigaddset(&defaults, s);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  int result = posix_spawn(pid, path, &files, &attributes, argv, envp);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  for (int i = 0; i < 4; i++) close(high[i]);
  return result;
}

int ote_wait(pid_t pid, int block, int *exited, int *code, int *sig) {
  int status = 0;
  pid_t r;
  do r = waitpid(pid, &status, block ? 0 : WNOHANG);
  while (r < 0 && errno == EINTR);
  if (r < 0) return -errno;
  if (r == 0) return 0;
  *exited = WIFEXITED(status);
  *code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
  *sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  return 1;
}

static volatile int interrupt_fd = -1;
static volatile sig_atomic_t interrupts = 0;

static void on_interrupt(int sig) {
  int saved = errno;
  uint64_t one = 1;
  if (write(interrupt_fd, &one, sizeof one) < 0) { /* full means signalled already */ }
  if (++interrupts >= 3) { signal(sig, SIG_DFL); raise(sig); }
  errno = saved;
}

int ote_install_interrupt(int event_fd) {
  interrupt_fd = event_fd;
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_interrupt;
  sigemptyset(&action.sa_mask);
  int signals[3] = {SIGINT, SIGTERM, SIGHUP};
  // A parent may have started us with them blocked: then nobody could ever stop a run in order.
  sigset_t wanted;
  sigemptyset(&wanted);
  for (int i = 0; i < 3; i++) sigaddset(&wanted, signals[i]);
  sigprocmask(SIG_UNBLOCK, &wanted, NULL);
  for (int i = 0; i < 3; i++)
    if (sigaction(signals[i], &action, NULL) != 0) return errno;
  return 0;
}
