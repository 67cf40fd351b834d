// allocates-without-end.c - takes and touches memory from its third batch on until something stops it. Its own end, at
// 4 GiB, only keeps a machine without limits alive; it says so, as a test that gets there has found no limit.
#include <stdlib.h>
#include <string.h>
#include "fixture.h"

enum { STEP = 8 << 20, STEPS = 512 };

static ote_status on_batch(struct work *work) {
  static void *blocks[STEPS];
  if (work->batch != 3) return OTE_OK;
  for (int i = 0; i < STEPS; i++) {
    blocks[i] = malloc(STEP);
    if (!blocks[i]) return failure(work, OTE_E_RESOURCE, 0, "malloc gave no more memory.", NULL);
    memset(blocks[i], i + 1, STEP);
    wait_milliseconds(work, 2); // about 2 GiB a second: slower than any watch that is worth its name
  }
  return failure(work, OTE_E_INTERNAL, 0, "No limit stopped this fixture at 4 GiB.", NULL);
}
FIXTURE(.deaf = 1, .on_batch = on_batch);
