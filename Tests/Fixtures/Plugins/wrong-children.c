// wrong-children.c - the source's third batch has two columns where its schema promised one.
#include "fixture.h"

static void spoil(struct work *work, struct ArrowArray *batch) {
  if (work->batch != 3) return;
  int64_t rows = batch->length;
  batch->release(batch);
  (void)table_batch(batch, "ll", rows); // sound by itself: only the schema says otherwise
}
FIXTURE(.spoil = spoil);
