// The table function arrow_input(id): reads a registered Arrow stream, zero-copy, only the columns asked for.
#define _GNU_SOURCE
//
// DuckDB's own arrow_scan is not used: through the C API it promises projection and filter pushdown and then ignores
// both, which drops WHERE clauses and reads wrong columns (1.5.5 and 2.0.0).
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core.h"

// What bind learns: the stream and, per column, DuckDB's recipe for converting it.
struct binding {
  cduck_database *database;
  struct input *input;
  int64_t columns;
  duckdb_arrow_types *types;
};

// What one scan shares between threads.
struct scan {
  idx_t wanted_count;
  idx_t *wanted;
  int ended; /* under the input's pull lock */
};

// What one thread holds: the batch it hands out and how far it is.
struct cursor {
  struct batch *batch;
  int64_t row;
};

static void binding_free(void *pointer) {
  struct binding *binding = pointer;
  for (int64_t i = 0; i < binding->columns; i++) {
    if (binding->types[i]) duck.destroy_arrow_converted_schema(&binding->types[i]);
  }
  free(binding->types);
  free(binding);
}

static struct input *find_input(cduck_database *database, int64_t id) {
  struct inputs *inputs = &database->inputs;
  pthread_mutex_lock(&inputs->lock);
  struct input *input = id >= 0 && id < inputs->count ? inputs->items[id] : NULL;
  if (input) input->references++;
  pthread_mutex_unlock(&inputs->lock);
  return input;
}

// Remembers the words of a failed stream, so that they come out of the query unchanged.
static const char *note_failure(struct binding *binding, int code) {
  struct input *input = binding->input;
  struct inputs *inputs = &binding->database->inputs;
  const char *text = input->stream.get_last_error(&input->stream);
  if (!text || !*text) text = strerror(code);
  pthread_mutex_lock(&inputs->lock);
  if (!inputs->failure) {
    inputs->failure = strdup(text);
    inputs->failure_errno = code;
  }
  pthread_mutex_unlock(&inputs->lock);
  return text;
}

// Declares one column. Only converting an (empty) array tells which logical type DuckDB makes of it.
static int bind_column(struct binding *binding, duckdb_bind info, int64_t index, cduck_error *error) {
  struct ArrowSchema *column = binding->input->schema.children[index];
  struct ArrowSchema parent = {.format = "+s", .name = "", .n_children = 1, .children = &column};
  duckdb_connection helper = binding->database->helper;
  if (fail_data(error, duck.schema_from_arrow(helper, &parent, &binding->types[index]))) return 1;
  struct ArrowArray empty;
  if (empty_array(column, &empty)) return fail(error, "out of memory", NULL);
  duckdb_chunk chunk = NULL;
  int failed = fail_data(error, duck.data_chunk_from_arrow(helper, &empty, binding->types[index], &chunk));
  if (empty.release) empty.release(&empty);
  if (failed) return 1;
  duckdb_logical_type type = duck.vector_get_column_type(duck.data_chunk_get_vector(chunk, 0));
  duck.bind_add_result_column(info, column->name ? column->name : "", type);
  duck.destroy_logical_type(&type);
  duck.destroy_data_chunk(&chunk);
  return 0;
}

static void bind(duckdb_bind info) {
  duckdb_value value = duck.bind_get_parameter(info, 0);
  int64_t id = duck.get_int64(value);
  duck.destroy_value(&value);
  cduck_database *database = duck.bind_get_extra_info(info);
  struct input *input = find_input(database, id);
  if (!input) {
    duck.bind_set_error(info, "there is no such input");
    return;
  }
  struct binding *binding = calloc(1, sizeof *binding);
  if (binding) binding->types = calloc((size_t)input->schema.n_children, sizeof *binding->types);
  if (!binding || !binding->types) {
    free(binding);
    duck.bind_set_error(info, "out of memory");
    return;
  }
  binding->database = database;
  binding->input = input;
  binding->columns = input->schema.n_children;
  duck.bind_set_bind_data(info, binding, binding_free);
  cduck_error error = {0};
  for (int64_t i = 0; i < binding->columns; i++) {
    if (!bind_column(binding, info, i, &error)) continue;
    char text[512];
    const char *name = input->schema.children[i]->name;
    snprintf(text, sizeof text, "the column \"%s\" of an input cannot be read: %s", name ? name : "", error.message);
    duck.bind_set_error(info, text);
    break;
  }
  cduck_error_clear(&error);
}

static void scan_free(void *pointer) {
  struct scan *scan = pointer;
  free(scan->wanted);
  free(scan);
}

static int take(struct binding *binding) {
  struct inputs *inputs = &binding->database->inputs;
  pthread_mutex_lock(&inputs->lock);
  int taken = binding->input->taken;
  binding->input->taken = 1;
  pthread_mutex_unlock(&inputs->lock);
  return !taken;
}

static void init(duckdb_init info) {
  struct binding *binding = duck.init_get_bind_data(info);
  if (!take(binding)) {
    duck.init_set_error(info, "an input can be read only once");
    return;
  }
  struct scan *scan = calloc(1, sizeof *scan);
  if (scan) scan->wanted_count = duck.init_get_column_count(info);
  if (scan) scan->wanted = calloc((size_t)scan->wanted_count + 1, sizeof *scan->wanted);
  if (!scan || !scan->wanted) {
    free(scan);
    duck.init_set_error(info, "out of memory");
    return;
  }
  for (idx_t i = 0; i < scan->wanted_count; i++) scan->wanted[i] = duck.init_get_column_index(info, i);
  // Pulling is serial, converting is not; DuckDB caps this by its own number of threads.
  duck.init_set_max_threads(info, 16);
  duck.init_set_init_data(info, scan, scan_free);
}

static void cursor_free(void *pointer) {
  struct cursor *cursor = pointer;
  if (cursor->batch) batch_release(cursor->batch);
  free(cursor);
}

static void local_init(duckdb_init info) {
  struct cursor *cursor = calloc(1, sizeof *cursor);
  if (!cursor) {
    duck.init_set_error(info, "out of memory");
    return;
  }
  duck.init_set_init_data(info, cursor, cursor_free);
}

// Pulls the next batch that has rows into the cursor; leaves it without a batch at the end. Answers the failure.
static const char *pull(struct binding *binding, struct scan *scan, struct cursor *cursor) {
  struct input *input = binding->input;
  for (;;) {
    struct batch *batch = calloc(1, sizeof *batch);
    if (!batch) return "out of memory";
    batch->references = 1;
    const char *failure = NULL;
    pthread_mutex_lock(&input->pull);
    if (!scan->ended) {
      int code = input->stream.get_next(&input->stream, &batch->array);
      if (code) failure = note_failure(binding, code);
      if (code || !batch->array.release) scan->ended = 1;
      if (code) batch->array.release = NULL;
    }
    pthread_mutex_unlock(&input->pull);
    if (!failure && batch->array.release && batch->array.length == 0) {
      batch_release(batch);
      continue;
    }
    if (failure || !batch->array.release) {
      batch_release(batch);
      return failure;
    }
    batch_count_nulls(&batch->array);
    cursor->batch = batch;
    cursor->row = 0;
    return NULL;
  }
}

static int convert_column(struct binding *binding, struct cursor *cursor, idx_t column, int64_t rows,
                          duckdb_vector out, cduck_error *error) {
  struct ArrowArray slice;
  if (batch_slice(cursor->batch, (int64_t)column, cursor->row, rows, &slice)) {
    return fail(error, "out of memory", NULL);
  }
  duckdb_chunk chunk = NULL;
  duckdb_connection helper = binding->database->helper;
  int failed = fail_data(error, duck.data_chunk_from_arrow(helper, &slice, binding->types[column], &chunk));
  if (slice.release) slice.release(&slice);
  if (failed) return 1;
  duck.vector_reference_vector(out, duck.data_chunk_get_vector(chunk, 0));
  duck.destroy_data_chunk(&chunk);
  return 0;
}

static void scan_next(duckdb_function info, duckdb_chunk out) {
  struct binding *binding = duck.function_get_bind_data(info);
  struct scan *scan = duck.function_get_init_data(info);
  struct cursor *cursor = duck.function_get_local_init_data(info);
  if (cursor->batch && cursor->row >= cursor->batch->array.length) {
    batch_release(cursor->batch);
    cursor->batch = NULL;
  }
  if (!cursor->batch) {
    const char *failure = pull(binding, scan, cursor);
    if (failure) duck.function_set_error(info, failure);
  }
  if (!cursor->batch) {
    duck.data_chunk_set_size(out, 0);
    return;
  }
  int64_t rows = cursor->batch->array.length - cursor->row;
  if (rows > VECTOR_ROWS) rows = VECTOR_ROWS;
  cduck_error error = {0};
  for (idx_t i = 0; i < scan->wanted_count; i++) {
    // count(*) asks for a row number that no one reads: there is nothing to fill.
    if (scan->wanted[i] >= (idx_t)binding->columns) continue;
    duckdb_vector vector = duck.data_chunk_get_vector(out, i);
    if (!convert_column(binding, cursor, scan->wanted[i], rows, vector, &error)) continue;
    duck.function_set_error(info, error.message);
    cduck_error_clear(&error);
    return;
  }
  cursor->row += rows;
  duck.data_chunk_set_size(out, (idx_t)rows);
}

int scan_register(cduck_database *database, cduck_connection *connection, cduck_error *error) {
  duckdb_table_function function = duck.create_table_function();
  duckdb_logical_type bigint = duck.create_logical_type(DUCKDB_TYPE_BIGINT);
  duck.table_function_set_name(function, "arrow_input");
  duck.table_function_add_parameter(function, bigint);
  duck.table_function_set_extra_info(function, database, NULL);
  duck.table_function_set_bind(function, bind);
  duck.table_function_set_init(function, init);
  duck.table_function_set_local_init(function, local_init);
  duck.table_function_set_function(function, scan_next);
  duck.table_function_supports_projection_pushdown(function, true);
  duckdb_state failed = duck.register_table_function(connection->handle, function);
  duck.destroy_logical_type(&bigint);
  duck.destroy_table_function(&function);
  return failed ? fail(error, "the function arrow_input could not be registered", NULL) : 0;
}
