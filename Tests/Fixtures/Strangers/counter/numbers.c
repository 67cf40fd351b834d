// numbers.c - the source `numbers`: honours limit and columns of a scan request, can resume from a checkpoint.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "counter.h"
#include "numbers.h"

struct numbers {
  const ote_run_service *runs;
  int64_t rows, batch_rows;
  int64_t first; // where to begin: 0, or what restore() read
};

struct feed {
  const ote_run_service *runs;
  ote_run *run;
  struct columns columns;
  int64_t first, next, end, batch_rows;
  ote_status status;     // of the failure behind the last errno
  const char *message;
};

// ---- the stream

static int feed_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
  struct feed *feed = stream->private_data;
  return columns_schema(&feed->columns, out);
}

static int stop(struct feed *feed, int code, ote_status status, const char *message) {
  feed->status = status, feed->message = message;
  return code;
}

static int feed_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
  struct feed *feed = stream->private_data;
  if (cancelled(feed->runs, feed->run)) return stop(feed, ECANCELED, OTE_E_CANCELLED, "Stopped as asked.");
  memset(out, 0, sizeof *out);
  int64_t left = feed->end - feed->next;
  if (left <= 0) return 0;
  int64_t count = left < feed->batch_rows ? left : feed->batch_rows;
  if (columns_batch(&feed->columns, feed->next, count, out) != 0)
    return stop(feed, ENOMEM, OTE_E_RESOURCE, "No memory for the next batch: set batch_rows lower.");
  feed->next += count;
  progress(feed->runs, feed->run, feed->next - feed->first, feed->end - feed->first);
  return 0;
}

static const char *feed_error(struct ArrowArrayStream *stream) {
  return ((struct feed *)stream->private_data)->message;
}

static void feed_release(struct ArrowArrayStream *stream) {
  free(stream->private_data);
  stream->release = NULL;
}

// ---- ote.source/1

static ote_status source_bind(ote_instance *self, ote_run *run, struct ArrowSchema *out, ote_error *error) {
  (void)self, (void)run;
  if (columns_schema(&all_columns, out) == 0) return OTE_OK;
  return fail(error, OTE_E_RESOURCE, NULL, "No memory for the schema.");
}

// Reads {"columns": [...], "limit": N}; what else stands in the request is not this plugin's to honour.
static ote_status read_scan(ote_str scan, struct columns *columns, int64_t *limit, ote_error *error) {
  struct json document, wanted, element;
  if (!json_document(scan, &document)) return fail(error, OTE_E_INVALID_ARG, NULL, "The scan request is no JSON.");
  *columns = all_columns;
  if (json_member(document, "columns", &wanted) && *wanted.at == '[') {
    columns->count = 0;
    while (json_element(&wanted, &element))
      if (columns_add(columns, element) != 0)
        return fail(error, OTE_E_INVALID_ARG, NULL, "The scan request names %.*s, which is unknown or named twice.",
                    (int)(element.end - element.at < 64 ? element.end - element.at : 64), element.at);
  }
  *limit = INT64_MAX;
  if (json_member(document, "limit", &element) && *element.at != 'n' && (!json_int64(element, limit) || *limit < 0))
    return fail(error, OTE_E_INVALID_ARG, NULL, "The limit of the scan request is no count.");
  return OTE_OK;
}

static ote_status source_open(ote_instance *instance, ote_run *run, ote_str scan, struct ArrowArrayStream *out,
                              ote_error *error) {
  struct numbers *self = (struct numbers *)instance;
  struct feed *feed = calloc(1, sizeof *feed);
  if (!feed) return fail(error, OTE_E_RESOURCE, NULL, "No memory to open the source.");
  int64_t limit = 0;
  ote_status status = read_scan(scan, &feed->columns, &limit, error);
  if (status != OTE_OK) return free(feed), status;
  feed->runs = self->runs, feed->run = run, feed->batch_rows = self->batch_rows;
  feed->first = feed->next = self->first < self->rows ? self->first : self->rows;
  feed->end = limit < self->rows - feed->first ? feed->first + limit : self->rows;
  *out = (struct ArrowArrayStream){feed_schema, feed_next, feed_error, feed_release, feed};
  return OTE_OK;
}

static const ote_source source = {.struct_size = sizeof source, .bind = source_bind, .open = source_open};

// ---- ote.checkpoint/1: the state is {"next": N}, version 1

static ote_status save(ote_instance *self, ote_run *run, struct ArrowArrayStream *stream, ote_writer *writer,
                       ote_error *error) {
  (void)self, (void)run;
  if (!stream || stream->release != feed_release)
    return fail(error, OTE_E_INVALID_ARG, NULL, "numbers can only save the position of a stream of its own.");
  struct feed *feed = stream->private_data;
  if (write_text(writer, "{\"next\": %lld}", (long long)feed->next) >= 0) return OTE_OK;
  return fail(error, OTE_E_RESOURCE, NULL, "The host took no more of the checkpoint.");
}

static ote_status restore(ote_instance *instance, ote_run *run, uint32_t version, ote_reader *reader,
                          ote_error *error) {
  (void)run;
  struct numbers *self = (struct numbers *)instance;
  char text[64];
  uint64_t length = 0;
  if (version != 1) return fail(error, OTE_E_STATE, NULL, "numbers knows checkpoints of version 1, not %u.", version);
  while (length < sizeof text) { // a read may be short
    int64_t got = reader->read(reader, (uint8_t *)text + length, sizeof text - length);
    if (got < 0) return fail(error, OTE_E_STATE, NULL, "The checkpoint cannot be read.");
    if (got == 0) break;
    length += (uint64_t)got;
  }
  struct json document, next;
  if (length == 0 || length == sizeof text || !json_document((ote_str){text, length}, &document)
      || !json_member(document, "next", &next) || !json_int64(next, &self->first) || self->first < 0)
    return fail(error, OTE_E_STATE, NULL, "The checkpoint is damaged: {\"next\": N} was expected.");
  return OTE_OK;
}

static const ote_checkpoint checkpoint = {.struct_size = sizeof checkpoint, .save = save, .restore = restore};

// ---- ote.stream-error/1

static ote_status last(ote_instance *self, struct ArrowArrayStream *stream, ote_error *error) {
  (void)self;
  struct feed *feed = stream->private_data;
  if (stream->release != feed_release || feed->status == OTE_OK) return OTE_OK;
  return fail(error, feed->status, NULL, "%s", feed->message);
}

static const ote_stream_error stream_error = {.struct_size = sizeof stream_error, .last = last};

// ---- the instance

static void destroy(ote_instance *self) { free(self); }

static const void *query(ote_instance *self, ote_str id) {
  (void)self;
  if (same(id, OTE_SOURCE)) return &source;
  if (same(id, OTE_CHECKPOINT)) return &checkpoint;
  if (same(id, OTE_STREAM_ERROR)) return &stream_error;
  return NULL;
}

static const ote_instance_ops operations = {.struct_size = sizeof operations, .destroy = destroy, .query = query};

ote_status numbers_create(const ote_host *host, struct json config, ote_instance **out, const ote_instance_ops **ops,
                          ote_error *error) {
  struct json value;
  int64_t rows = 0, batch_rows = 1024;
  if (!json_member(config, "rows", &value) || !json_int64(value, &rows) || rows < 0)
    return fail(error, OTE_E_CONFIG, "/rows", "rows has to be a count of rows, 0 or more.");
  if (json_member(config, "batch_rows", &value)
      && (!json_int64(value, &batch_rows) || batch_rows < 1 || batch_rows > 1000000))
    return fail(error, OTE_E_CONFIG, "/batch_rows", "batch_rows has to lie in 1 to 1000000.");
  struct numbers *self = calloc(1, sizeof *self);
  if (!self) return fail(error, OTE_E_RESOURCE, NULL, "No memory for the source.");
  *self = (struct numbers){run_service(host), rows, batch_rows, 0};
  *out = (ote_instance *)self, *ops = &operations;
  return OTE_OK;
}
