// released-twice.c - the releases of stream and batches forget to set `release` to NULL, so that a host which goes by
// that field alone releases again. The second release of one struct aborts.
#include <stdio.h>
#include <stdlib.h>
#include "fixture.h"

static void (*release_batch)(struct ArrowArray *);
static void (*release_stream)(struct ArrowArrayStream *);

static void second(const char *what) {
  fprintf(stderr, "released-twice: a %s was released a second time\n", what);
  abort();
}

static void sticky_batch(struct ArrowArray *batch) {
  if (!batch->private_data) second("batch");
  struct ArrowArray copy = *batch;
  release_batch(&copy);
  batch->private_data = NULL; // but batch->release stays
}

static void sticky_stream(struct ArrowArrayStream *stream) {
  if (!stream->private_data) second("stream");
  struct ArrowArrayStream copy = *stream;
  release_stream(&copy);
  stream->private_data = NULL;
}

static void spoil(struct work *work, struct ArrowArray *batch) {
  (void)work;
  release_batch = batch->release;
  batch->release = sticky_batch;
}

static void spoil_stream(struct ArrowArrayStream *stream) {
  release_stream = stream->release;
  stream->release = sticky_stream;
}
FIXTURE(.spoil = spoil, .spoil_stream = spoil_stream);
