// fails-in-write.c - the sink fails at its third batch: the disk is full.
#include "fixture.h"

static ote_status on_batch(struct work *work) {
  if (work->batch != 3 || !same_word(work->where, "sink")) return OTE_OK;
  return failure(work, OTE_E_RESOURCE, 0, "No space left on the device.", "{\"vendor_code\": 28}");
}
FIXTURE(.on_batch = on_batch);
