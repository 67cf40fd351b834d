// negative-length.c - the source's third batch has a length of -1.
#include "fixture.h"

static void spoil(struct work *work, struct ArrowArray *batch) {
  if (work->batch != 3) return;
  batch->length = -1;
}
FIXTURE(.spoil = spoil);
