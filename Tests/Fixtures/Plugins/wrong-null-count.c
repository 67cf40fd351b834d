// wrong-null-count.c - the source's third batch counts three nulls and has no validity bitmap.
#include "fixture.h"

static void spoil(struct work *work, struct ArrowArray *batch) {
  if (work->batch != 3) return;
  batch->children[0]->null_count = 3;
}
FIXTURE(.spoil = spoil);
