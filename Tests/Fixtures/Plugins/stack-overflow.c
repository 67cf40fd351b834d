// stack-overflow.c - calls itself at its third batch until the stack ends.
#include "fixture.h"

static int deeper(volatile int *from, int depth) {
  volatile int frame[256];
  frame[0] = *from + depth;
  if (frame[0] == -1) return 0; // never, but the compiler cannot know
  return deeper(frame, depth + 1) + frame[0];
}

static ote_status on_batch(struct work *work) {
  volatile int start = 0;
  return work->batch == 3 && deeper(&start, 1) == -2 ? OTE_END : OTE_OK;
}
FIXTURE(.on_batch = on_batch);
