// exits.c - ends the process with exit(0) at its third batch, which must not pass for success.
#include <stdlib.h>
#include "fixture.h"

static ote_status on_batch(struct work *work) {
  if (work->batch == 3) exit(0);
  return OTE_OK;
}
FIXTURE(.on_batch = on_batch);
