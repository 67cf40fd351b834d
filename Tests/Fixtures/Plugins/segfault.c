// segfault.c - writes through a null pointer at its third batch.
#include "fixture.h"

static ote_status on_batch(struct work *work) {
  static int *volatile nowhere = NULL;
  if (work->batch == 3) *nowhere = 1;
  return OTE_OK;
}
FIXTURE(.on_batch = on_batch);
