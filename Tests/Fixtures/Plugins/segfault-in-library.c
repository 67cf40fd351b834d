// segfault-in-library.c - at its third batch, a thread that never is in the plugin's own code reads through a null pointer,
// with all signals blocked: what a library that a plugin uses does with workers of its own.
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include "fixture.h"

static ote_status on_batch(struct work *work) {
  if (work->batch != 3) return OTE_OK;
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  // By way of another type, as the compiler knows that a thread's function answers a pointer.
  void *(*entry)(void *) = (void *(*)(void *))(void (*)(void))strlen;
  pthread_t thread;
  if (pthread_create(&thread, NULL, entry, NULL) == 0) pthread_join(thread, NULL);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return OTE_OK;
}
FIXTURE(.on_batch = on_batch);
