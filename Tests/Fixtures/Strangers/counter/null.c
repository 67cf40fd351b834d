// null.c - the sink `null`: counts what arrives and keeps nothing, so commit and abort have nothing to do.
#include <stdlib.h>
#include "counter.h"

struct null { const ote_run_service *runs; int64_t rows, bytes; };

static ote_status bind(ote_instance *self, ote_run *run, ote_str request, const struct ArrowSchema *schema,
                       ote_error *error) {
  (void)self, (void)run, (void)request, (void)schema, (void)error;
  return OTE_OK; // any table will do
}

static ote_status begin(ote_instance *instance, ote_run *run, ote_str request, const struct ArrowSchema *schema,
                        ote_error *error) {
  (void)run, (void)request, (void)schema, (void)error;
  struct null *self = (struct null *)instance;
  self->rows = self->bytes = 0;
  return OTE_OK;
}

static ote_status count(struct null *self, ote_run *run, struct ArrowArrayStream *input,
                        const struct ArrowSchema *schema, ote_error *error) {
  for (;;) {
    if (cancelled(self->runs, run)) return fail(error, OTE_E_CANCELLED, NULL, "Stopped as asked.");
    struct ArrowArray batch = {0};
    int code = input->get_next(input, &batch);
    if (code != 0) return input_failed(error, input, code);
    if (!batch.release) return OTE_OK; // the end
    self->rows += batch.length;
    self->bytes += array_bytes(schema, &batch);
    batch.release(&batch);
    progress(self->runs, run, self->rows, 0);
  }
}

static ote_status write_counts(struct null *self, ote_writer *writer, ote_error *error) {
  if (write_text(writer, "{\"rows\": %lld, \"bytes\": %lld}", (long long)self->rows, (long long)self->bytes) >= 0)
    return OTE_OK;
  return fail(error, OTE_E_RESOURCE, NULL, "The host took no more of the answer.");
}

static ote_status write_all(ote_instance *instance, ote_run *run, struct ArrowArrayStream *in, ote_writer *result,
                            ote_error *error) {
  struct null *self = (struct null *)instance;
  struct ArrowArrayStream input = *in;
  in->release = NULL; // ours from entry on, also when we fail
  struct ArrowSchema schema = {0};
  int code = input.get_schema(&input, &schema);
  ote_status status = code == 0 ? count(self, run, &input, &schema, error) : input_failed(error, &input, code);
  if (code == 0) schema.release(&schema);
  input.release(&input);
  return status == OTE_OK ? write_counts(self, result, error) : status;
}

static ote_status commit(ote_instance *instance, ote_run *run, ote_writer *receipt, ote_error *error) {
  (void)run;
  return write_counts((struct null *)instance, receipt, error); // asked twice, it answers the same
}

static ote_status abort_write(ote_instance *self, ote_run *run, ote_error *error) {
  (void)self, (void)run, (void)error;
  return OTE_OK;
}

static const ote_sink sink = {.struct_size = sizeof sink, .bind = bind, .begin = begin, .write = write_all,
                              .commit = commit, .abort = abort_write};

static void destroy(ote_instance *self) { free(self); }
static const void *query(ote_instance *self, ote_str id) {
  (void)self;
  return same(id, OTE_SINK) ? &sink : NULL;
}
static const ote_instance_ops operations = {.struct_size = sizeof operations, .destroy = destroy, .query = query};

ote_status null_create(const ote_host *host, struct json config, ote_instance **out, const ote_instance_ops **ops,
                       ote_error *error) {
  (void)config;
  struct null *self = calloc(1, sizeof *self);
  if (!self) return fail(error, OTE_E_RESOURCE, NULL, "No memory for the sink.");
  self->runs = run_service(host);
  *out = (ote_instance *)self, *ops = &operations;
  return OTE_OK;
}
