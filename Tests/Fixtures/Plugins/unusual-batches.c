// unusual-batches.c - does nothing wrong: batches with an offset of their own over columns with an offset of theirs,
// nulls that nobody counted (-1), and an empty batch (the fourth) in the middle. With the defaults the source has 133
// rows; the 95 values of n that are not null add up to 9920.
#include "fixture.h"

static void spoil(struct work *work, struct ArrowArray *batch) {
  static const uint8_t validity[] = {0xEE, 0xEE, 0xEE}; // every fourth value, from the first on, is null
  struct ArrowArray *column = batch->children[0];
  if (batch->length != FIXTURE_BATCH_ROWS) return; // the bitmap is only as long as that
  column->buffers[0] = validity;
  column->null_count = -1;
  column->offset = 2, column->length -= 2;
  batch->offset = 1, batch->length -= 3;
  if (work->batch == 4) batch->length = 0;
}
FIXTURE(.spoil = spoil);
