// loops-in-commit.c - the sink writes everything, then never returns from commit.
#include "fixture.h"

static ote_status on_call(struct work *work, const char *call, ote_error *error) {
  volatile uint64_t turns = 0;
  (void)work, (void)error;
  if (same_word(call, "commit"))
    for (;;) turns++;
  return OTE_OK;
}
FIXTURE(.on_call = on_call);
