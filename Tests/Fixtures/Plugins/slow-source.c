// slow-source.c - one batch each 20 ms, without end unless the configuration says how many rows; stops when asked.
#include "fixture.h"

static ote_status on_batch(struct work *work) {
  if (same_word(work->where, "source")) wait_milliseconds(work, 20);
  return stop_asked(work) ? failure(work, OTE_E_CANCELLED, 0, "Stopped as asked.", NULL) : OTE_OK;
}
FIXTURE(.rows = FIXTURE_ENDLESS, .on_batch = on_batch);
