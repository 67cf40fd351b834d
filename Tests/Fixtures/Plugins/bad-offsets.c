// bad-offsets.c - the source's third batch has a text column whose offsets jump out of the text and back.
#include "fixture.h"

static void spoil(struct work *work, struct ArrowArray *batch) {
  if (work->batch != 3) return;
  int32_t *offsets = table_values(batch, 1);
  offsets[4] = 1 << 30;
  offsets[5] = -7;
}
FIXTURE(.text = 1, .spoil = spoil);
