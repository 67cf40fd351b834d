// Bounds a worker sets on itself before it loads any plugin.
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>
#include "ote_worker.h"

static int limit(__rlimit_resource_t resource, int64_t value) {
  if (value <= 0) return 0;
  struct rlimit now;
  if (getrlimit(resource, &now) != 0) return -1;
  rlim_t wanted = (rlim_t)value;
  if (now.rlim_max != RLIM_INFINITY && wanted > now.rlim_max) wanted = now.rlim_max;
  struct rlimit next = {wanted, wanted};
  return setrlimit(resource, &next);
}

int ote_limit_self(const ote_limits *l) {
  struct rlimit core = {(rlim_t)l->core_bytes, (rlim_t)l->core_bytes};
  int failed = setrlimit(RLIMIT_CORE, &core);
  failed |= limit(RLIMIT_DATA, l->data_bytes);
  failed |= limit(RLIMIT_NOFILE, l->open_files);
  // RLIMIT_NPROC counts every process of the user, so as root it has no effect and for others it is
  // only a backstop against fork bombs.
  failed |= limit(RLIMIT_NPROC, l->processes);
  return failed;
}

int ote_die_with_parent(pid_t parent) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return -1;
  return getppid() == parent ? 0 : -1;  // it may have died before the call
}

int ote_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }
void ote_line_buffered_output(void) { setvbuf(stdout, NULL, _IOLBF, 1 << 14); }

int ote_pending_bytes(int fd) {
  int n = 0;
  return ioctl(fd, FIONREAD, &n) == 0 ? n : 0;
}
