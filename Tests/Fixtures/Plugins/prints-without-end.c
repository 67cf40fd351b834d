// prints-without-end.c - floods stdout from its third batch on and never returns.
#include <stdio.h>
#include "fixture.h"

static ote_status on_batch(struct work *work) {
  if (work->batch == 3)
    for (uint64_t line = 1;; line++) printf("line %llu of a flood that has no end\n", (unsigned long long)line);
  return OTE_OK;
}
FIXTURE(.on_batch = on_batch);
