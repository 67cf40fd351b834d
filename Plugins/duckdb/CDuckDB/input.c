// The registry of Arrow streams that SQL may read.
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include "core.h"

void inputs_start(struct inputs *inputs) { pthread_mutex_init(&inputs->lock, NULL); }

static void input_free(struct input *input) {
  if (input->schema.release) input->schema.release(&input->schema);
  if (input->stream.release) input->stream.release(&input->stream);
  pthread_mutex_destroy(&input->pull);
  free(input);
}

void inputs_clear(struct inputs *inputs) {
  for (int64_t i = 0; i < inputs->count; i++) input_free(inputs->items[i]);
  free(inputs->items);
  free(inputs->failure);
  inputs->items = NULL;
  inputs->failure = NULL;
  inputs->count = inputs->capacity = 0;
  inputs->failure_errno = 0;
}

void cduck_clear_inputs(cduck_database *database) { inputs_clear(&database->inputs); }

static int grow(struct inputs *inputs) {
  if (inputs->count < inputs->capacity) return 0;
  int64_t capacity = inputs->capacity ? inputs->capacity * 2 : 4;
  struct input **items = realloc(inputs->items, (size_t)capacity * sizeof *items);
  if (!items) return 1;
  inputs->items = items;
  inputs->capacity = capacity;
  return 0;
}

static int read_schema(struct input *input, cduck_error *error) {
  int code = input->stream.get_schema(&input->stream, &input->schema);
  if (code) {
    const char *text = input->stream.get_last_error(&input->stream);
    fail(error, text, strerror(code));
    error->input_errno = code;
    return 1;
  }
  if (input->schema.n_children > 0) return 0;
  return fail(error, "the input has no columns", NULL);
}

int cduck_add_input(cduck_database *database, struct ArrowArrayStream *stream, int64_t *id, cduck_error *error) {
  struct input *input = calloc(1, sizeof *input);
  if (!input) {
    stream->release(stream);
    return fail(error, "out of memory", NULL);
  }
  input->stream = *stream;
  stream->release = NULL;
  pthread_mutex_init(&input->pull, NULL);
  if (read_schema(input, error)) {
    input_free(input);
    return 1;
  }
  struct inputs *inputs = &database->inputs;
  pthread_mutex_lock(&inputs->lock);
  int failed = grow(inputs);
  if (!failed) {
    *id = inputs->count;
    inputs->items[inputs->count++] = input;
  }
  pthread_mutex_unlock(&inputs->lock);
  if (!failed) return 0;
  input_free(input);
  return fail(error, "out of memory", NULL);
}

int32_t cduck_input_references(cduck_database *database, int64_t id) {
  struct inputs *inputs = &database->inputs;
  pthread_mutex_lock(&inputs->lock);
  int32_t references = id >= 0 && id < inputs->count ? inputs->items[id]->references : 0;
  pthread_mutex_unlock(&inputs->lock);
  return references;
}
