// null-buffers.c - the source's third batch has rows, but its column has no values behind them.
#include "fixture.h"

static void spoil(struct work *work, struct ArrowArray *batch) {
  if (work->batch != 3) return;
  batch->children[0]->buffers[1] = NULL;
}
FIXTURE(.spoil = spoil);
