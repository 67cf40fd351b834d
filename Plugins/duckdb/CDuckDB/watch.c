// A thread beside a running query: reports progress, and interrupts when the run is cancelled.
#define _GNU_SOURCE
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include "core.h"
#include "signals.h"

#define TICK_MILLISECONDS 200
// DuckDB forgets an interrupt when a statement begins, so it is repeated until the watch ends.
#define REPEAT_MILLISECONDS 20

struct cduck_watch {
  cduck_connection *connection;
  cduck_tick tick;
  void *context;
  int32_t cancel_fd;
  int stop_fd;
  pthread_t thread;
};

static void *watch(void *pointer) {
  struct cduck_watch *self = pointer;
  int cancelled = 0;
  for (;;) {
    struct pollfd fds[2] = {{.fd = self->stop_fd, .events = POLLIN},
                            {.fd = cancelled ? -1 : self->cancel_fd, .events = POLLIN}};
    poll(fds, 2, cancelled ? REPEAT_MILLISECONDS : TICK_MILLISECONDS);
    if (fds[0].revents) return NULL;
    if (!cancelled) cancelled = fds[1].revents || self->tick(self->context, cduck_progress(self->connection));
    if (cancelled) cduck_interrupt(self->connection);
  }
}

cduck_watch *cduck_watch_start(cduck_connection *connection, int32_t cancel_fd, cduck_tick tick, void *context) {
  cduck_watch *self = calloc(1, sizeof *self);
  if (!self) return NULL;
  *self = (cduck_watch){.connection = connection, .tick = tick, .context = context, .cancel_fd = cancel_fd};
  self->stop_fd = eventfd(0, EFD_CLOEXEC);
  sigset_t before;
  signals_block(&before);
  int failed = self->stop_fd < 0 || pthread_create(&self->thread, NULL, watch, self) != 0;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (!failed) return self;
  if (self->stop_fd >= 0) close(self->stop_fd);
  free(self);
  return NULL;
}

void cduck_watch_stop(cduck_watch *self) {
  if (!self) return;
  eventfd_write(self->stop_fd, 1);
  pthread_join(self->thread, NULL);
  close(self->stop_fd);
  free(self);
}
