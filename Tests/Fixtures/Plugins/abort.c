// abort.c - calls abort() at its third batch.
#include <stdlib.h>
#include "fixture.h"

static ote_status on_batch(struct work *work) {
  if (work->batch == 3) abort();
  return OTE_OK;
}
FIXTURE(.on_batch = on_batch);
