// Arrow arrays for DuckDB: slices of a shared batch, and empty arrays of any type.
#include <stdlib.h>
#include <string.h>
#include "core.h"

void batch_release(struct batch *batch) {
  if (__atomic_sub_fetch(&batch->references, 1, __ATOMIC_ACQ_REL) > 0) return;
  if (batch->array.release) batch->array.release(&batch->array);
  free(batch);
}

// DuckDB heeds the nulls of a dictionary's indices only where null_count is above 0, and a producer may leave it
// uncounted (-1): counted here, once per batch.
void batch_count_nulls(struct ArrowArray *array) {
  for (int64_t i = 0; i < array->n_children; i++) batch_count_nulls(array->children[i]);
  if (!array->dictionary) return;
  batch_count_nulls(array->dictionary);
  const uint8_t *validity = array->n_buffers > 0 ? array->buffers[0] : NULL;
  if (array->null_count >= 0 || !validity) return;
  int64_t nulls = 0;
  for (int64_t i = array->offset; i < array->offset + array->length; i++) nulls += !(validity[i / 8] >> (i % 8) & 1);
  array->null_count = nulls;
}

struct slice {
  struct batch *batch;
  struct ArrowArray column;
  struct ArrowArray *children[1];
  const void *buffers[1];
};

static void column_release(struct ArrowArray *array) { array->release = NULL; }

static void slice_release(struct ArrowArray *array) {
  struct slice *slice = array->private_data;
  batch_release(slice->batch);
  free(slice);
  array->release = NULL;
}

// One array per column, because DuckDB ties the release of an array to its first column only: the others would
// point into freed memory once that column's vector is gone.
int batch_slice(struct batch *batch, int64_t column, int64_t offset, int64_t count, struct ArrowArray *out) {
  struct slice *slice = calloc(1, sizeof *slice);
  if (!slice) return 1;
  __atomic_add_fetch(&batch->references, 1, __ATOMIC_RELAXED);
  slice->batch = batch;
  slice->column = *batch->array.children[column];
  slice->column.offset += batch->array.offset + offset;
  slice->column.length = count;
  slice->column.release = column_release;
  slice->children[0] = &slice->column;
  *out = (struct ArrowArray){.length = count,
                             .n_buffers = 1,
                             .n_children = 1,
                             .buffers = slice->buffers,
                             .children = slice->children,
                             .release = slice_release,
                             .private_data = slice};
  return 0;
}

// Zeroes serve as any buffer of an array without rows: offsets are 0, and nothing else is read.
static const char zeroes[64];
static const void *const zero_buffers[4] = {NULL, zeroes, zeroes, zeroes};

static int64_t buffer_count(const char *format) {
  switch (format[0]) {
    case 'n': return 0;
    case 'u': case 'U': case 'z': case 'Z': return 3;
    case 'v': return 3;
    case '+': break;
    default: return 2;
  }
  switch (format[1]) {
    case 's': case 'w': return 1;
    case 'r': return 0;
    case 'v': return 3; /* list views: validity, offsets, sizes */
    case 'u': return format[2] == 'd' ? 2 : 1;
    default: return 2;
  }
}

static void empty_release(struct ArrowArray *array) {
  for (int64_t i = 0; i < array->n_children; i++) {
    if (!array->children[i]) continue;
    if (array->children[i]->release) array->children[i]->release(array->children[i]);
    free(array->children[i]);
  }
  free(array->children);
  if (array->dictionary) {
    if (array->dictionary->release) array->dictionary->release(array->dictionary);
    free(array->dictionary);
  }
  array->release = NULL;
}

static int fill_empty(const struct ArrowSchema *schema, struct ArrowArray *out) {
  memset(out, 0, sizeof *out);
  out->n_buffers = buffer_count(schema->format);
  out->buffers = (const void **)zero_buffers;
  out->release = empty_release;
  out->children = calloc((size_t)schema->n_children + 1, sizeof *out->children);
  if (!out->children) return 1;
  out->n_children = schema->n_children;
  for (int64_t i = 0; i < schema->n_children; i++) {
    out->children[i] = calloc(1, sizeof *out->children[i]);
    if (!out->children[i] || fill_empty(schema->children[i], out->children[i])) return 1;
  }
  if (!schema->dictionary) return 0;
  out->dictionary = calloc(1, sizeof *out->dictionary);
  return !out->dictionary || fill_empty(schema->dictionary, out->dictionary);
}

int empty_array(const struct ArrowSchema *schema, struct ArrowArray *out) {
  struct ArrowSchema *children[1] = {(struct ArrowSchema *)schema};
  struct ArrowSchema parent = {.format = "+s", .name = "", .n_children = 1, .children = children};
  if (!fill_empty(&parent, out)) return 0;
  empty_release(out);
  return 1;
}
