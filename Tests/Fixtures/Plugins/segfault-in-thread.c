// segfault-in-thread.c - at its third batch, a thread of its own with all signals blocked writes through a null pointer.
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include "fixture.h"

static void *crash(void *unused) {
  static int *volatile nowhere = NULL;
  *nowhere = 1;
  return unused;
}

static ote_status on_batch(struct work *work) {
  if (work->batch != 3) return OTE_OK;
  // As many libraries do it, so that no signal of the program is handled on their threads.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_t thread;
  if (pthread_create(&thread, NULL, crash, NULL) == 0) pthread_join(thread, NULL);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return OTE_OK;
}
FIXTURE(.on_batch = on_batch);
