// fails-mid-stream.c - the fifth batch fails with OTE_E_DATA and names file and line.
#include "fixture.h"

static ote_status on_batch(struct work *work) {
  if (work->batch != 5) return OTE_OK;
  return failure(work, OTE_E_DATA, 0, "Line 41 has three fields where two were expected.",
                 "{\"file\": \"numbers.csv\", \"line\": 41, \"row\": 40}");
}
FIXTURE(.on_batch = on_batch);
