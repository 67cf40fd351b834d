// exits-nonzero.c - ends the process with exit(3) at its third batch.
#include <stdlib.h>
#include "fixture.h"

static ote_status on_batch(struct work *work) {
  if (work->batch == 3) exit(3);
  return OTE_OK;
}
FIXTURE(.on_batch = on_batch);
