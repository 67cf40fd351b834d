// trap.c - runs an illegal instruction at its third batch, as a failed precondition of Swift does.
#include "fixture.h"

static ote_status on_batch(struct work *work) {
  if (work->batch == 3) __builtin_trap();
  return OTE_OK;
}
FIXTURE(.on_batch = on_batch);
