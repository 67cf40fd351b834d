// ignores-cancel.c - goes on for ever, a millisecond a batch, and never asks whether to stop.
#include "fixture.h"

static ote_status on_batch(struct work *work) {
  wait_milliseconds(work, 1);
  return OTE_OK;
}
FIXTURE(.rows = FIXTURE_ENDLESS, .deaf = 1, .on_batch = on_batch);
