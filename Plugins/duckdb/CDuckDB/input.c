// The registry of Arrow streams that SQL may read, and how SQL finds them by name.
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "core.h"

void inputs_start(struct inputs *inputs) { pthread_mutex_init(&inputs->lock, NULL); }

static void input_free(struct input *input) {
  if (input->schema.release) input->schema.release(&input->schema);
  if (input->stream.release) input->stream.release(&input->stream);
  pthread_mutex_destroy(&input->pull);
  free(input->name);
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

int cduck_add_input(cduck_database *database, const char *name, struct ArrowArrayStream *stream, int64_t *id,
                    cduck_error *error) {
  struct input *input = calloc(1, sizeof *input);
  if (!input) {
    stream->release(stream);
    return fail(error, "out of memory", NULL);
  }
  input->stream = *stream;
  stream->release = NULL;
  input->name = strdup(name);
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

// Called when SQL names a table that the catalog does not have. SQL names do not heed case.
static void find_by_name(duckdb_replacement scan, const char *name, void *context) {
  struct inputs *inputs = context;
  int64_t id = -1;
  pthread_mutex_lock(&inputs->lock);
  for (int64_t i = 0; i < inputs->count && id < 0; i++) {
    if (strcasecmp(inputs->items[i]->name, name) == 0) id = i;
  }
  pthread_mutex_unlock(&inputs->lock);
  if (id < 0) return;
  duckdb_value value = duck.create_int64(id);
  duck.replacement_scan_set_function_name(scan, "arrow_input");
  duck.replacement_scan_add_parameter(scan, value);
  duck.destroy_value(&value);
}



int inputs_register(cduck_database *database, cduck_connection *connection, cduck_error *error) {
  duck.add_replacement_scan(database->handle, find_by_name, &database->inputs, NULL);
  return scan_register(database, connection, error);
}
