// loops-for-ever.c - never returns from its third batch, and never asks whether to stop.
#include "fixture.h"

static ote_status on_batch(struct work *work) {
  volatile uint64_t turns = 0;
  if (work->batch == 3)
    for (;;) turns++;
  return OTE_OK;
}
FIXTURE(.on_batch = on_batch);
