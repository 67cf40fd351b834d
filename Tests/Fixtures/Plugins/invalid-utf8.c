// invalid-utf8.c - the source's third batch has bytes in its text column that are no UTF-8.
#include "fixture.h"

static void spoil(struct work *work, struct ArrowArray *batch) {
  if (work->batch != 3) return;
  unsigned char *text = (unsigned char *)batch->children[1]->buffers[2];
  text[0] = 0xFF;
  text[1] = 0xC0; // an overlong beginning
}
FIXTURE(.text = 1, .spoil = spoil);
