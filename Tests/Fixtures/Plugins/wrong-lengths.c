// wrong-lengths.c - the source's third batch is longer than the column in it.
#include "fixture.h"

static void spoil(struct work *work, struct ArrowArray *batch) {
  if (work->batch != 3) return;
  batch->children[0]->length = batch->length / 2;
}
FIXTURE(.spoil = spoil);
