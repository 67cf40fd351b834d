// hello.c - a complete plugin in one file: a source of ten rows with one int64 column, n.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "ote_plugin.h"

#define STR(literal) ((ote_str){literal, sizeof literal - 1})
OTE_STAMP(OTE_ABI(1, 0)); // the ELF note a host reads before it loads the file

enum { ROWS = 10 };

// ---- Arrow: a schema, one batch, a stream of it. Whoever made a struct frees it in its release.
static void release_schema(struct ArrowSchema *schema) {
  for (int64_t i = 0; i < schema->n_children; i++)
    if (schema->children[i]->release) schema->children[i]->release(schema->children[i]);
  free(schema->children); // the child structs lie in the same block
  schema->release = NULL;
}

static int make_schema(struct ArrowSchema *out) {
  struct { struct ArrowSchema *pointers[1], child; } *block = calloc(1, sizeof *block);
  if (!block) return ENOMEM;
  block->child = (struct ArrowSchema){.format = "l", .name = "n", .release = release_schema};
  block->pointers[0] = &block->child;
  *out = (struct ArrowSchema){.format = "+s", .name = "", .n_children = 1,
                              .children = block->pointers, .release = release_schema};
  return 0;
}

struct column { const void *buffers[2]; int64_t values[ROWS]; };
struct batch { const void *buffers[1]; struct ArrowArray *pointers[1], child; };

static void release_array(struct ArrowArray *array) { // serves the batch and its column
  for (int64_t i = 0; i < array->n_children; i++)
    if (array->children[i]->release) array->children[i]->release(array->children[i]);
  free(array->private_data);
  array->release = NULL;
}

static int make_batch(struct ArrowArray *out) {
  struct batch *batch = calloc(1, sizeof *batch);
  struct column *column = calloc(1, sizeof *column); // its own block: a reader may keep the column alone
  if (!batch || !column) return free(batch), free(column), ENOMEM;
  for (int64_t i = 0; i < ROWS; i++) column->values[i] = i;
  column->buffers[1] = column->values; // buffers[0] is the validity bitmap: NULL, nothing is null
  batch->child = (struct ArrowArray){.length = ROWS, .n_buffers = 2, .buffers = column->buffers,
                                     .release = release_array, .private_data = column};
  batch->pointers[0] = &batch->child;
  *out = (struct ArrowArray){.length = ROWS, .n_buffers = 1, .buffers = batch->buffers, .n_children = 1,
                             .children = batch->pointers, .release = release_array, .private_data = batch};
  return 0;
}

struct feed { ote_run *run; const ote_run_service *runs; int done; const char *words; };

static int feed_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
  return (void)stream, make_schema(out);
}
static int feed_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
  struct feed *feed = stream->private_data;
  if (OTE_HAS(feed->runs, ote_run_service, cancelled) && feed->runs->cancelled(feed->run))
    return feed->words = "Stopped as asked.", ECANCELED;
  memset(out, 0, sizeof *out); // a batch without a release means: the end
  if (feed->done) return 0;
  feed->done = 1;
  return feed->words = "No memory for the batch.", make_batch(out);
}
static const char *feed_error(struct ArrowArrayStream *stream) { // asked only after a failure
  return ((struct feed *)stream->private_data)->words;
}
static void feed_release(struct ArrowArrayStream *stream) {
  free(stream->private_data);
  stream->release = NULL;
}

// ---- the component: a source says its schema in bind and gives rows in open
struct ote_instance { const ote_run_service *runs; };

static ote_status bind(ote_instance *self, ote_run *run, struct ArrowSchema *out, ote_error *error) {
  (void)self, (void)run;
  if (make_schema(out) == 0) return OTE_OK;
  error->set(error, OTE_E_RESOURCE, 0, STR("No memory for the schema of hello."), STR(""));
  return OTE_E_RESOURCE; // below zero: error->set() was called, exactly once
}
static ote_status open_feed(ote_instance *self, ote_run *run, ote_str scan, struct ArrowArrayStream *out,
                            ote_error *error) {
  (void)scan; // what the reader wants: a plugin that ignores it is right, only slower
  struct feed *feed = calloc(1, sizeof *feed);
  if (!feed) {
    error->set(error, OTE_E_RESOURCE, 0, STR("No memory to open hello."), STR(""));
    return OTE_E_RESOURCE;
  }
  *feed = (struct feed){.run = run, .runs = self->runs};
  *out = (struct ArrowArrayStream){feed_schema, feed_next, feed_error, feed_release, feed};
  return OTE_OK;
}
static const ote_source source = {.struct_size = sizeof source, .bind = bind, .open = open_feed};

static void destroy(ote_instance *self) { free(self); }
static const void *query(ote_instance *self, ote_str id) {
  (void)self;
  return id.len == strlen(OTE_SOURCE) && memcmp(id.ptr, OTE_SOURCE, id.len) == 0 ? &source : NULL;
}
static const ote_instance_ops ops = {.struct_size = sizeof ops, .destroy = destroy, .query = query};

// ---- the module: what is in the file, and how to make one of it
static ote_status describe(ote_writer *writer) {
  static const char text[] = "{\"descriptor\": 1, \"name\": \"hello\", \"version\": \"1.0.0\", \"title\": \"Hello\","
    "\"components\": [{\"name\": \"rows\", \"kind\": \"source\", \"title\": \"Ten rows\","
    "  \"summary\": \"Ten rows with one number each.\", \"outputs\": [{\"name\": \"table\", \"type\": \"table\"}],"
    "  \"config\": {\"type\": \"object\", \"properties\": {}}, \"config_version\": 1, \"deterministic\": true}]}";
  return writer->write(writer, (ote_bytes){(const uint8_t *)text, sizeof text - 1});
}
static ote_status create(const ote_host *host, ote_str component, ote_str config, ote_instance **out,
                         const ote_instance_ops **out_ops, ote_error *error) {
  (void)config;
  if (component.len != 4 || memcmp(component.ptr, "rows", 4) != 0) {
    error->set(error, OTE_E_NOT_FOUND, 0, STR("hello has one component: rows."), STR(""));
    return OTE_E_NOT_FOUND;
  }
  ote_instance *self = calloc(1, sizeof *self);
  if (!self) {
    error->set(error, OTE_E_RESOURCE, 0, STR("No memory for hello."), STR(""));
    return OTE_E_RESOURCE;
  }
  self->runs = host->service(host, STR(OTE_SERVICE_RUN)); // NULL where the host does not offer it
  *out = self, *out_ops = &ops;
  return OTE_OK;
}
static const ote_module module = {.struct_size = sizeof module, .abi_built = OTE_ABI_CURRENT,
                                  .abi_needs = OTE_ABI(1, 0), .describe = describe, .create = create};

OTE_EXPORT const ote_module *ote_module_v1(uint32_t host_abi) {
  return host_abi >> 16 == OTE_ABI_MAJOR ? &module : NULL;
}
