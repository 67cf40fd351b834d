// released-batch.c - the source's third batch carries rows, but its release is already NULL: by Arrow's rules that is
// the end of the stream, so 180 of 200 rows go missing unless the host looks at the length too. The batch leaks.
#include "fixture.h"

static void spoil(struct work *work, struct ArrowArray *batch) {
  if (work->batch == 3) batch->release = NULL;
}
FIXTURE(.spoil = spoil);
