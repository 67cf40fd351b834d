// fails-once.c - on the run's first attempt the third batch fails with a retryable OTE_E_IO; the second attempt works.
#include "fixture.h"

static ote_status on_batch(struct work *work) {
  if (work->batch != 3 || attempt(work) > 1) return OTE_OK;
  return failure(work, OTE_E_IO, OTE_ERROR_RETRYABLE, "The connection was reset.", "{\"http_status\": 503}");
}
FIXTURE(.on_batch = on_batch);
