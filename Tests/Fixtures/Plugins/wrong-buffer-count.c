// wrong-buffer-count.c - the source's third batch has an int64 column that admits to one buffer only.
#include "fixture.h"

static void spoil(struct work *work, struct ArrowArray *batch) {
  if (work->batch != 3) return;
  batch->children[0]->n_buffers = 1;
}
FIXTURE(.spoil = spoil);
