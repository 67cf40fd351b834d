// columns.c - see numbers.h. A batch is one block, each column another: a reader may keep a column alone.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "numbers.h"

static const struct { const char *name, *format; } kinds[COLUMN_COUNT] = {{"n", "l"}, {"x", "g"}, {"s", "u"}};
const struct columns all_columns = {COLUMN_COUNT, {COLUMN_N, COLUMN_X, COLUMN_S}};

int columns_add(struct columns *columns, struct json name) {
  for (int i = 0; i < columns->count; i++)
    if (json_equals(name, kinds[columns->kinds[i]].name)) return -1;
  for (int kind = 0; kind < COLUMN_COUNT; kind++) {
    if (!json_equals(name, kinds[kind].name)) continue;
    columns->kinds[columns->count++] = kind;
    return 0;
  }
  return -1;
}

// ---- schema

static void release_schema(struct ArrowSchema *schema) {
  for (int64_t i = 0; i < schema->n_children; i++)
    if (schema->children[i]->release) schema->children[i]->release(schema->children[i]);
  free(schema->private_data);
  schema->release = NULL;
}

int columns_schema(const struct columns *columns, struct ArrowSchema *out) {
  struct block { struct ArrowSchema *pointers[COLUMN_COUNT], fields[COLUMN_COUNT]; } *block = calloc(1, sizeof *block);
  if (!block) return ENOMEM;
  for (int i = 0; i < columns->count; i++) {
    block->fields[i].name = kinds[columns->kinds[i]].name;
    block->fields[i].format = kinds[columns->kinds[i]].format;
    block->fields[i].release = release_schema;
    block->pointers[i] = &block->fields[i];
  }
  *out = (struct ArrowSchema){.format = "+s", .name = "", .n_children = columns->count, .children = block->pointers,
                              .release = release_schema, .private_data = block};
  return 0;
}

// ---- columns

struct column { const void *buffers[3]; void *values, *text; };

static void release_column(struct ArrowArray *array) {
  struct column *column = array->private_data;
  free(column->values);
  free(column->text);
  free(column);
  array->release = NULL;
}

// Arrow asks for whole 64-byte lines; one line at least, so that no buffer is NULL.
static void *lines(size_t bytes) { return aligned_alloc(64, (bytes / 64 + 1) * 64); }

static char *write_number(char *at, uint64_t number) {
  char digits[20];
  int count = 0;
  do digits[count++] = (char)('0' + number % 10); while (number /= 10);
  while (count) *at++ = digits[--count];
  return at;
}

static int fill_text(struct column *column, int64_t first, int64_t count) {
  enum { LONGEST = 20 };
  int32_t *offsets = column->values = lines((size_t)(count + 1) * sizeof *offsets);
  char *text = column->text = lines((size_t)count * LONGEST), *at = text;
  if (!offsets || !text) return ENOMEM;
  offsets[0] = 0;
  for (int64_t i = 0; i < count; i++) {
    at = write_number(at, (uint64_t)(first + i));
    offsets[i + 1] = (int32_t)(at - text);
  }
  return 0;
}

static int fill_numbers(struct column *column, int kind, int64_t first, int64_t count) {
  column->values = lines((size_t)count * 8);
  if (!column->values) return ENOMEM;
  int64_t *n = column->values;
  double *x = column->values;
  if (kind == COLUMN_N) for (int64_t i = 0; i < count; i++) n[i] = first + i;
  if (kind == COLUMN_X) for (int64_t i = 0; i < count; i++) x[i] = (double)(first + i) / 2;
  return 0;
}

static int make_column(int kind, int64_t first, int64_t count, struct ArrowArray *out) {
  struct column *column = calloc(1, sizeof *column);
  if (!column) return ENOMEM;
  *out = (struct ArrowArray){.length = count, .n_buffers = kind == COLUMN_S ? 3 : 2, .buffers = column->buffers,
                             .release = release_column, .private_data = column};
  int code = kind == COLUMN_S ? fill_text(column, first, count) : fill_numbers(column, kind, first, count);
  column->buffers[1] = column->values; // buffers[0], the validity bitmap, stays NULL: nothing is null
  column->buffers[2] = column->text;
  return code;
}

// ---- batch

struct batch { const void *buffers[1]; struct ArrowArray *pointers[COLUMN_COUNT], columns[COLUMN_COUNT]; };

static void release_batch(struct ArrowArray *array) {
  for (int64_t i = 0; i < array->n_children; i++)
    if (array->children[i]->release) array->children[i]->release(array->children[i]);
  free(array->private_data);
  array->release = NULL;
}

int columns_batch(const struct columns *columns, int64_t first, int64_t count, struct ArrowArray *out) {
  struct batch *batch = calloc(1, sizeof *batch);
  if (!batch) return ENOMEM;
  *out = (struct ArrowArray){.length = count, .n_buffers = 1, .buffers = batch->buffers, .n_children = columns->count,
                             .children = batch->pointers, .release = release_batch, .private_data = batch};
  for (int i = 0; i < columns->count; i++) batch->pointers[i] = &batch->columns[i];
  for (int i = 0; i < columns->count; i++) {
    if (make_column(columns->kinds[i], first, count, &batch->columns[i]) == 0) continue;
    out->release(out); // also the half-made column: its release is set
    return ENOMEM;
  }
  return 0;
}
