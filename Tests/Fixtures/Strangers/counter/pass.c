// pass.c - the stage `pass`: wraps its input stream and touches no batch. Benchmarks use it to weigh one hop.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "counter.h"

struct wrapped { struct ArrowArrayStream input; };

static int wrapped_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
  struct wrapped *self = stream->private_data;
  return self->input.get_schema(&self->input, out);
}

// The input's errno and words go on downstream as they are: the host knows whose stream failed first.
static int wrapped_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
  struct wrapped *self = stream->private_data;
  return self->input.get_next(&self->input, out);
}

static const char *wrapped_error(struct ArrowArrayStream *stream) {
  struct wrapped *self = stream->private_data;
  return self->input.get_last_error(&self->input);
}

static void wrapped_release(struct ArrowArrayStream *stream) {
  struct wrapped *self = stream->private_data;
  self->input.release(&self->input);
  free(self);
  stream->release = NULL;
}

// ---- ote.stage/1

static void drop(uint32_t count, struct ArrowArrayStream *streams) {
  for (uint32_t i = 0; i < count; i++)
    if (streams[i].release) streams[i].release(&streams[i]);
}

static void release_schema(struct ArrowSchema *schema) {
  for (int64_t i = 0; i < schema->n_children; i++)
    if (schema->children[i]->release) schema->children[i]->release(schema->children[i]);
  if (schema->dictionary && schema->dictionary->release) schema->dictionary->release(schema->dictionary);
  free(schema->private_data);
  schema->release = NULL;
}

// Metadata is int32 count, then per pair int32 length and bytes, twice.
static size_t metadata_size(const char *metadata) {
  if (!metadata) return 0;
  int32_t pairs, length;
  memcpy(&pairs, metadata, sizeof pairs);
  size_t size = sizeof pairs;
  for (int64_t i = 0; i < 2 * (int64_t)pairs; i++) {
    memcpy(&length, metadata + size, sizeof length);
    size += sizeof length + (size_t)length;
  }
  return size;
}

// A deep copy of a borrowed schema: everything of one level lies in one block. Copies 64 levels at most.
static int copy_schema(const struct ArrowSchema *from, struct ArrowSchema *to, int depth) {
  size_t children = (size_t)from->n_children, format = strlen(from->format) + 1;
  size_t name = from->name ? strlen(from->name) + 1 : 0;
  size_t metadata = metadata_size(from->metadata), structs = children + (from->dictionary ? 1 : 0);
  if (depth > 64) return EINVAL;
  char *block = calloc(1, structs * sizeof *to + children * sizeof to + format + name + metadata);
  if (!block) return ENOMEM;
  struct ArrowSchema *nodes = (struct ArrowSchema *)block;
  struct ArrowSchema **pointers = (struct ArrowSchema **)(nodes + structs);
  char *text = (char *)(pointers + children);
  *to = (struct ArrowSchema){.format = memcpy(text, from->format, format), .flags = from->flags,
                             .n_children = from->n_children, .children = pointers,
                             .release = release_schema, .private_data = block};
  if (name) to->name = memcpy(text + format, from->name, name);
  if (metadata) to->metadata = memcpy(text + format + name, from->metadata, metadata);
  for (size_t i = 0; i < children; i++) pointers[i] = &nodes[i];
  if (from->dictionary) to->dictionary = &nodes[children];
  int code = 0;
  for (size_t i = 0; i < children && !code; i++) code = copy_schema(from->children[i], pointers[i], depth + 1);
  if (!code && from->dictionary) code = copy_schema(from->dictionary, to->dictionary, depth + 1);
  if (code) to->release(to);
  return code;
}

static ote_status bind(ote_instance *self, ote_run *run, ote_str request, uint32_t n_in,
                       const struct ArrowSchema *const *in, struct ArrowArrayStream *const *samples, uint32_t n_out,
                       struct ArrowSchema *out, ote_writer *answer, ote_error *error) {
  (void)self, (void)run, (void)request, (void)answer;
  for (uint32_t i = 0; samples && i < n_in; i++)
    if (samples[i]) drop(1, samples[i]); // samples are ours from entry on
  if (n_in != 1 || n_out != 1) return fail(error, OTE_E_INVALID_ARG, NULL, "pass has one input and one output.");
  if (!in[0]) return OTE_DEFERRED;
  int code = copy_schema(in[0], out, 0);
  if (code == ENOMEM) return fail(error, OTE_E_RESOURCE, NULL, "No memory for the schema.");
  if (code) return fail(error, OTE_E_DATA, NULL, "The input's types are nested deeper than 64 levels.");
  return OTE_OK;
}

static ote_status open_wrapped(ote_instance *self, ote_run *run, ote_str request, uint32_t n_in,
                               struct ArrowArrayStream *in, uint32_t n_out, struct ArrowArrayStream *out,
                               ote_error *error) {
  (void)self, (void)run, (void)request;
  struct wrapped *wrapped = malloc(sizeof *wrapped);
  if (n_in != 1 || n_out != 1 || !wrapped) {
    drop(n_in, in); // inputs are ours from entry on, also when we fail
    free(wrapped);
    if (n_in != 1 || n_out != 1) return fail(error, OTE_E_INVALID_ARG, NULL, "pass has one input and one output.");
    return fail(error, OTE_E_RESOURCE, NULL, "No memory to open the stage.");
  }
  wrapped->input = in[0];
  in[0].release = NULL; // moved
  out[0] = (struct ArrowArrayStream){wrapped_schema, wrapped_next, wrapped_error, wrapped_release, wrapped};
  return OTE_OK;
}

static const ote_stage stage = {.struct_size = sizeof stage, .bind = bind, .open = open_wrapped};

static void destroy(ote_instance *self) { free(self); }
static const void *query(ote_instance *self, ote_str id) {
  (void)self;
  return same(id, OTE_STAGE) ? &stage : NULL;
}
static const ote_instance_ops operations = {.struct_size = sizeof operations, .destroy = destroy, .query = query};

ote_status pass_create(const ote_host *host, struct json config, ote_instance **out, const ote_instance_ops **ops,
                       ote_error *error) {
  (void)host, (void)config;
  *out = malloc(1); // it has no state, but two instances should not be one pointer
  if (!*out) return fail(error, OTE_E_RESOURCE, NULL, "No memory for the stage.");
  *ops = &operations;
  return OTE_OK;
}
