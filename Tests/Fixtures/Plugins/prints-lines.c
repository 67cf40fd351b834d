// prints-lines.c - prints a line to stdout and one to stderr at each of its first five batches; all else is well.
#include <stdio.h>
#include "fixture.h"

static ote_status on_batch(struct work *work) {
  if (work->batch > 5) return OTE_OK;
  printf("%s says %lld on stdout\n", work->where, (long long)work->batch);
  fflush(stdout);
  fprintf(stderr, "%s says %lld on stderr\n", work->where, (long long)work->batch);
  return OTE_OK;
}
FIXTURE(.on_batch = on_batch);
