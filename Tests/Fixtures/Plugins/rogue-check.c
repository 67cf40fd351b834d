// rogue-check.c - the check's failing rows name finding 7, of which there is none, and a row far past the end. Set
// fail_every to 1 or more, or there are no failing rows to be wrong about.
#include "fixture.h"

static void spoil_failing(struct ArrowArray *batch) {
  int32_t *rules = table_values(batch, 0);
  int64_t *rows = table_values(batch, 1);
  rules[0] = 7;
  if (batch->length > 1) rules[1] = -1;
  rows[batch->length - 1] = INT64_C(1) << 40;
}
FIXTURE(.spoil_failing = spoil_failing);
