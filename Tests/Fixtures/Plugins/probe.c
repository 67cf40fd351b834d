// probe.c - a small host: loads plugins, joins them into a chain, runs it, prints counts. It holds them to the contract
// in passing (error->set() once per failure, bind's schema the stream's) and reads every value, for valgrind to see.
//   probe [--cancel-after N] [--attempt N] [--scan JSON] [--save-after N] [--restore TEXT] LIB COMPONENT CONFIG ...
// The chain is a source, any stages and checks, perhaps a sink. Exit: 0 well, 1 a plugin failed, 2 contract broken.
#define _POSIX_C_SOURCE 200809L
#include <dlfcn.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "ote_plugin.h"

#define STR(literal) ((ote_str){literal, sizeof literal - 1})
enum { MAX_NODES = 16 };

static void broken(const char *what) {
  printf("broken contract: %s\n", what);
  exit(2);
}

// ---- what a host offers

struct text { ote_writer writer; char *bytes; size_t length; };

static ote_status append(ote_writer *writer, ote_bytes bytes) {
  struct text *text = writer->ctx;
  if (text->length + bytes.len > 16u << 20) return OTE_E_RESOURCE;
  text->bytes = realloc(text->bytes, text->length + bytes.len + 1);
  if (bytes.len) memcpy(text->bytes + text->length, bytes.ptr, bytes.len);
  text->length += bytes.len;
  text->bytes[text->length] = 0;
  return OTE_OK;
}

static struct text *new_text(void) {
  struct text *text = calloc(1, sizeof *text);
  text->writer = (ote_writer){.struct_size = sizeof text->writer, .ctx = text, .write = append};
  text->bytes = calloc(1, 1);
  return text;
}

static void free_text(struct text *text) {
  free(text->bytes);
  free(text);
}

struct failure { ote_error error; int sets; ote_status status; char words[512]; };

static void set_error(ote_error *error, ote_status status, uint32_t flags, ote_str message, ote_str details) {
  struct failure *failure = error->host_ctx;
  failure->sets++;
  failure->status = status;
  snprintf(failure->words, sizeof failure->words, "%.*s%s%.*s%s", (int)message.len, message.len ? message.ptr : "",
           details.len ? " " : "", (int)details.len, details.len ? details.ptr : "",
           flags & OTE_ERROR_RETRYABLE ? " (retryable)" : "");
}

static struct failure failure = {.error = {.struct_size = sizeof(ote_error), .host_ctx = &failure, .set = set_error}};

// Every call of the contract goes through here: `what` failed with its words, or went well without any.
static ote_status checked(const char *what, ote_status status) {
  int sets = failure.sets;
  failure.sets = 0;
  if (status >= 0 && sets) broken("error->set() was called although the call went well");
  if (status < 0 && sets != 1) broken(sets ? "error->set() was called twice" : "a failure without error->set()");
  if (status < 0 && failure.status != status) broken("error->set() and the call name different statuses");
  if (status < 0) printf("%s: status %d: %s\n", what, status, failure.words);
  return status;
}

static struct { int64_t batches, cancel_after, attempt; } state = {.cancel_after = INT64_MAX, .attempt = 1};

static int32_t is_cancelled(ote_run *run) { return (void)run, state.batches >= state.cancel_after; }
static int32_t cancel_fd(ote_run *run) { return (void)run, -1; }
static int64_t deadline(ote_run *run) { return (void)run, 0; }
static void progress(ote_run *run, uint64_t done, uint64_t total, ote_str phase) {
  (void)run, (void)phase;
  if (total && done > total) broken("progress beyond its total");
}
static ote_status meta(ote_run *run, ote_writer *writer) {
  (void)run;
  char text[128];
  int length = snprintf(text, sizeof text, "{\"run\":\"probe\",\"attempt\":%" PRId64 ",\"threads\":1}", state.attempt);
  return writer->write(writer, (ote_bytes){(const uint8_t *)text, (uint64_t)length});
}
static const ote_run_service run_service = {.struct_size = sizeof run_service, .cancelled = is_cancelled,
  .cancel_fd = cancel_fd, .deadline_ns = deadline, .progress = progress, .meta = meta};

static void log_line(const ote_host *host, ote_run *run, int32_t level, ote_str message, ote_str fields) {
  (void)host, (void)run, (void)level, (void)fields;
  printf("log: %.*s\n", (int)message.len, message.ptr);
}
static const ote_log_service log_service = {.struct_size = sizeof log_service, .log = log_line};

static int is(ote_str text, const char *word) { return text.len == strlen(word) && !memcmp(text.ptr, word, text.len); }

static const void *service(const ote_host *host, ote_str id) {
  (void)host;
  if (is(id, OTE_SERVICE_RUN)) return &run_service;
  return is(id, OTE_SERVICE_LOG) ? &log_service : NULL;
}
static const ote_host host = {.struct_size = sizeof host, .abi = OTE_ABI_CURRENT, .name = {"probe", 5},
                              .version = {"1", 1}, .service = service};

// ---- nodes

struct node {
  const char *component;
  const ote_module *module;
  ote_instance *instance;
  const ote_instance_ops *ops;
  const ote_source *source; const ote_stage *stage; const ote_check *check; const ote_sink *sink;
};

static void describe(const ote_module *module) {
  struct text *first = new_text(), *second = new_text();
  if (module->describe(&first->writer) < 0 || module->describe(&second->writer) < 0) broken("describe failed");
  if (!first->length || strcmp(first->bytes, second->bytes) != 0) broken("describe is empty or answers differently");
  printf("described in %zu bytes\n", first->length);
  free_text(first);
  free_text(second);
}

static ote_status load(struct node *node, const char *path, const char *component, const char *config) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (!library) return printf("dlopen: %s\n", dlerror()), OTE_E_INTERNAL;
  ote_module_v1_fn entry;
  void *symbol = dlsym(library, "ote_module_v1");
  memcpy(&entry, &symbol, sizeof entry);
  if (symbol) node->module = entry(OTE_ABI_CURRENT);
  if (!node->module) return printf("no module for this host\n"), OTE_E_UNSUPPORTED;
  if (entry(OTE_ABI(99, 0))) broken("a module for a host major it cannot know");
  if (!OTE_HAS(node->module, ote_module, create)) broken("a module without create");
  describe(node->module);
  if (OTE_HAS(node->module, ote_module, setup) && checked("setup", node->module->setup(&host, &failure.error)) < 0)
    return OTE_E_INTERNAL;
  node->component = component;
  ote_instance *none = NULL;
  const ote_instance_ops *no_ops = NULL;
  ote_status status = node->module->create(&host, STR("no-such-component"), STR("{}"), &none, &no_ops, &failure.error);
  if (status != OTE_E_NOT_FOUND || none) broken("create of an unknown component is not OTE_E_NOT_FOUND");
  failure.sets = 0;
  status = node->module->create(&host, (ote_str){component, strlen(component)}, (ote_str){config, strlen(config)},
                                &node->instance, &node->ops, &failure.error);
  if (checked("create", status) < 0) return status;
  if (node->ops->query(node->instance, STR("com.example.unknown/1"))) broken("a table for an unknown interface");
  node->source = node->ops->query(node->instance, STR(OTE_SOURCE));
  node->stage = node->ops->query(node->instance, STR(OTE_STAGE));
  node->check = node->ops->query(node->instance, STR(OTE_CHECK));
  node->sink = node->ops->query(node->instance, STR(OTE_SINK));
  return OTE_OK;
}

static const void *optional(struct node *node, const char *id) {
  return node->ops->query(node->instance, (ote_str){id, strlen(id)});
}

// ---- schemas and values

static void print_schema(const char *what, const struct ArrowSchema *schema) {
  printf("%s:", what);
  for (int64_t i = 0; i < schema->n_children; i++)
    printf(" %s:%s", schema->children[i]->name, schema->children[i]->format);
  printf("\n");
}

static void same(const struct ArrowSchema *one, const struct ArrowSchema *other) {
  int equal = strcmp(one->format, other->format) == 0 && one->n_children == other->n_children;
  for (int64_t i = 0; equal && i < one->n_children; i++)
    equal = strcmp(one->children[i]->format, other->children[i]->format) == 0
         && strcmp(one->children[i]->name, other->children[i]->name) == 0;
  if (!equal) broken("the stream's schema is not the one bind answered");
}

static double column_sum(const char *format, const struct ArrowArray *column, int64_t from, int64_t count) {
  const uint8_t *validity = column->n_buffers ? column->buffers[0] : NULL;
  double sum = 0;
  for (int64_t i = column->offset + from; i < column->offset + from + count; i++) {
    if (validity && !(validity[i >> 3] >> (i & 7) & 1)) continue;
    if (*format == 'l') sum += (double)((const int64_t *)column->buffers[1])[i];
    if (*format == 'i') sum += ((const int32_t *)column->buffers[1])[i];
    if (*format == 'g') sum += ((const double *)column->buffers[1])[i];
    const int32_t *offsets = column->buffers[1];
    if (*format == 'u')
      for (int32_t at = offsets[i]; at < offsets[i + 1]; at++) sum += ((const uint8_t *)column->buffers[2])[at];
  }
  return sum;
}

struct totals { int64_t rows, batches; double sums[8]; };

static void check_batch(const struct ArrowSchema *schema, const struct ArrowArray *batch) {
  if (batch->length < 0 || batch->n_children != schema->n_children) broken("a batch that does not fit its schema");
  for (int64_t i = 0; i < batch->n_children; i++) {
    const struct ArrowArray *column = batch->children[i];
    int64_t wanted = schema->children[i]->format[0] == 'u' ? 3 : 2;
    if (column->length < batch->offset + batch->length) broken("a column shorter than its batch");
    if (column->n_buffers != wanted) broken("a column with the wrong number of buffers");
    if (column->length && !column->buffers[1]) broken("a column without values");
    if (column->null_count > 0 && !column->buffers[0]) broken("nulls without a validity bitmap");
    if (wanted == 3)
      for (int64_t row = 0; row < column->length; row++) {
        const int32_t *offsets = (const int32_t *)column->buffers[1] + column->offset;
        if (offsets[row] < 0 || offsets[row + 1] < offsets[row] || offsets[row + 1] - offsets[row] > 1 << 20)
          broken("text offsets that jump");
      }
  }
}

// ---- a check sits in the stream as a tee of one: batches pass it by

struct tee { struct ArrowArrayStream input; struct node *node; int64_t row; };

static int tee_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
  struct tee *tee = stream->private_data;
  return tee->input.get_schema(&tee->input, out);
}
static int tee_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
  struct tee *tee = stream->private_data;
  int code = tee->input.get_next(&tee->input, out);
  if (code || !out->release) return code;
  ote_status status = tee->node->check->observe(tee->node->instance, NULL, out, tee->row, &failure.error);
  tee->row += out->length;
  if (checked("observe", status) >= 0) return 0;
  out->release(out);
  return 5; // EIO
}
static const char *tee_error(struct ArrowArrayStream *stream) {
  struct tee *tee = stream->private_data;
  return tee->input.get_last_error(&tee->input);
}
static void tee_release(struct ArrowArrayStream *stream) {
  struct tee *tee = stream->private_data;
  tee->input.release(&tee->input);
  free(tee);
  stream->release = NULL;
}

static ote_status pull(struct ArrowArrayStream *stream, struct totals *totals, const char *what);

static ote_status finish(struct node *node) {
  struct text *report = new_text();
  struct ArrowArrayStream failing = {0};
  ote_status status = node->check->finish(node->instance, NULL, &report->writer, &failing, &failure.error);
  if (checked("finish", status) >= 0) printf("report: %s\n", report->bytes);
  free_text(report);
  struct totals totals = {0};
  if (status >= 0 && failing.release) status = pull(&failing, &totals, "failing");
  return status;
}

// ---- running

// The rich error of whichever node made the stream that failed; what stands here is the last node's.
static void explain(struct node *node, struct ArrowArrayStream *stream, int code) {
  const char *words = stream->get_last_error(stream);
  printf("get_next: errno %d: %s\n", code, words ? words : "(no words)");
  const ote_stream_error *rich = node ? optional(node, OTE_STREAM_ERROR) : NULL;
  if (!OTE_HAS(rich, ote_stream_error, last)) return;
  checked("stream error", rich->last(node->instance, stream, &failure.error));
}

static struct node *last_node; // that made the stream being pulled; NULL where the probe itself did
static int64_t save_after = -1;

static void save(struct ArrowArrayStream *stream) {
  const ote_checkpoint *checkpoint = optional(last_node, OTE_CHECKPOINT);
  if (!OTE_HAS(checkpoint, ote_checkpoint, save)) broken("no ote.checkpoint/1 to save with");
  struct text *text = new_text();
  if (checked("save", checkpoint->save(last_node->instance, NULL, stream, &text->writer, &failure.error)) >= 0)
    printf("checkpoint: %s\n", text->bytes);
  free_text(text);
}

static ote_status pull(struct ArrowArrayStream *stream, struct totals *totals, const char *what) {
  struct ArrowSchema schema = {0};
  struct ArrowArray batch = {0};
  int code = stream->get_schema(stream, &schema);
  struct node *maker = strcmp(what, "stream") == 0 ? last_node : NULL;
  if (code) return explain(maker, stream, code), stream->release(stream), OTE_E_INTERNAL;
  print_schema(what, &schema);
  while ((code = stream->get_next(stream, &batch)) == 0 && batch.release) {
    check_batch(&schema, &batch);
    for (int64_t i = 0; i < batch.n_children && i < 8; i++)
      totals->sums[i] += column_sum(schema.children[i]->format, batch.children[i], batch.offset, batch.length);
    totals->rows += batch.length;
    totals->batches++;
    if (batch.n_children > 1) { // a reader may keep one column and let the rest go
      struct ArrowArray kept = *batch.children[0];
      batch.children[0]->release = NULL;
      batch.release(&batch);
      column_sum(schema.children[0]->format, &kept, 0, kept.length);
      kept.release(&kept);
      if (kept.release) broken("a column's release that stays set");
    } else {
      batch.release(&batch);
    }
    if (batch.release) broken("a batch's release that stays set");
    if (strcmp(what, "stream") == 0 && ++state.batches == save_after) save(stream);
  }
  if (code) explain(maker, stream, code);
  printf("%s: %" PRId64 " rows in %" PRId64 " batches, sums", what, totals->rows, totals->batches);
  for (int64_t i = 0; i < schema.n_children && i < 8; i++) printf(" %.17g", totals->sums[i]);
  printf("\n");
  if (!code && (stream->get_next(stream, &batch) != 0 || batch.release)) broken("rows behind the end");
  schema.release(&schema);
  stream->release(stream);
  if (stream->release) broken("a stream's release that stays set");
  return code ? OTE_E_IO : OTE_OK;
}

static ote_status run_sink(struct node *node, struct ArrowArrayStream *stream, const struct ArrowSchema *schema) {
  const ote_sink *sink = node->sink;
  struct text *result = new_text(), *receipt = new_text(), *again = new_text();
  ote_str request = STR("{\"inputs\":[\"table\"]}");
  ote_status status = checked("begin", sink->begin(node->instance, NULL, request, schema, &failure.error));
  if (status >= 0)
    status = checked("write", sink->write(node->instance, NULL, stream, &result->writer, &failure.error));
  if (stream->release) {
    if (status >= 0) broken("write left its input behind");
    stream->release(stream);
  }
  if (status >= 0) status = checked("commit", sink->commit(node->instance, NULL, &receipt->writer, &failure.error));
  else checked("abort", sink->abort(node->instance, NULL, &failure.error));
  if (status >= 0) {
    checked("commit", sink->commit(node->instance, NULL, &again->writer, &failure.error));
    if (strcmp(receipt->bytes, again->bytes) != 0) broken("two commits of one run with two receipts");
    printf("result: %s\nreceipt: %s\n", result->bytes, receipt->bytes);
  }
  free_text(result), free_text(receipt), free_text(again);
  return status;
}

// Puts `node` behind the stream: bind, then open or begin. `schema` is what the stream carries, before and after.
static ote_status join(struct node *node, struct ArrowArrayStream *stream, struct ArrowSchema *schema, ote_str scan) {
  ote_str request = STR("{\"inputs\":[\"table\"]}");
  struct ArrowSchema bound = {0};
  struct ArrowArrayStream next = {0};
  struct text *wanted = new_text();
  ote_status status = OTE_E_UNSUPPORTED;
  if (node->source) {
    status = checked("bind", node->source->bind(node->instance, NULL, &bound, &failure.error));
    if (status >= 0) status = checked("open", node->source->open(node->instance, NULL, scan, &next, &failure.error));
  } else if (node->stage) {
    const struct ArrowSchema *in[1] = {schema};
    struct ArrowArrayStream *samples[1] = {NULL};
    status = checked("bind", node->stage->bind(node->instance, NULL, request, 1, in, samples, 1, &bound,
                                               &wanted->writer, &failure.error));
    if (status >= 0)
      status = checked("open", node->stage->open(node->instance, NULL, request, 1, stream, 1, &next,
                                                 &failure.error));
  } else if (node->check) {
    status = checked("bind", node->check->bind(node->instance, NULL, request, schema, 0, NULL, &failure.error));
    if (status >= 0)
      status = checked("begin", node->check->begin(node->instance, NULL, request, schema, 0, NULL,
                                                   &failure.error));
    if (status >= 0) {
      struct tee *tee = calloc(1, sizeof *tee);
      *tee = (struct tee){*stream, node, 0};
      *stream = (struct ArrowArrayStream){tee_schema, tee_next, tee_error, tee_release, tee};
    }
  }
  free_text(wanted);
  if (status >= 0 && next.release) {
    if (node->stage && stream->release) broken("open left its input behind");
    *stream = next;
    if (schema->release) schema->release(schema);
    if (next.get_schema(stream, schema) != 0) broken("a fresh stream without a schema");
    if (scan.len <= 2 || node->stage) same(&bound, schema);
  }
  if (bound.release) bound.release(&bound);
  return status;
}

static const char *restore_rest;
static int64_t read_some(ote_reader *reader, uint8_t *destination, uint64_t capacity) { // three bytes at a time
  (void)reader;
  uint64_t length = strlen(restore_rest), take = length < 3 ? length : 3;
  if (take > capacity) take = capacity;
  memcpy(destination, restore_rest, take);
  restore_rest += take;
  return (int64_t)take;
}

static ote_status restore_node(struct node *node, const char *text) {
  const ote_checkpoint *checkpoint = optional(node, OTE_CHECKPOINT);
  if (!OTE_HAS(checkpoint, ote_checkpoint, restore)) broken("no ote.checkpoint/1 to restore with");
  ote_reader reader = {.struct_size = sizeof reader, .read = read_some};
  restore_rest = text;
  return checked("restore", checkpoint->restore(node->instance, NULL, 1, &reader, &failure.error));
}

static ote_status run_chain(struct node *nodes, int count, ote_str scan, const char *restore) {
  struct ArrowArrayStream stream = {0};
  struct ArrowSchema schema = {0};
  ote_status status = restore ? restore_node(&nodes[0], restore) : OTE_OK;
  int ran = 0;
  for (; status >= 0 && ran < count && !nodes[ran].sink; ran++) {
    status = join(&nodes[ran], &stream, &schema, scan);
    last_node = nodes[ran].check ? NULL : &nodes[ran];
  }
  struct totals totals = {0};
  if (status >= 0 && ran < count) {
    status = checked("bind", nodes[ran].sink->bind(nodes[ran].instance, NULL, STR("{}"), &schema, &failure.error));
    if (status >= 0) status = run_sink(&nodes[ran], &stream, &schema);
  } else if (status >= 0) {
    status = pull(&stream, &totals, "stream");
  }
  if (stream.release) stream.release(&stream);
  if (schema.release) schema.release(&schema);
  for (int i = 0; status >= 0 && i < count; i++)
    if (nodes[i].check) status = finish(&nodes[i]);
  return status;
}

int main(int argc, char **argv) {
  struct node nodes[MAX_NODES] = {0};
  const char *scan = "{}", *restore = NULL;
  int at = 1, count = 0;
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ); // what was said before a crash should be seen
  for (; at + 1 < argc && strncmp(argv[at], "--", 2) == 0; at += 2) {
    if (strcmp(argv[at], "--cancel-after") == 0) state.cancel_after = atoll(argv[at + 1]);
    else if (strcmp(argv[at], "--attempt") == 0) state.attempt = atoll(argv[at + 1]);
    else if (strcmp(argv[at], "--save-after") == 0) save_after = atoll(argv[at + 1]);
    else if (strcmp(argv[at], "--restore") == 0) restore = argv[at + 1];
    else if (strcmp(argv[at], "--scan") == 0) scan = argv[at + 1];
    else return fprintf(stderr, "probe: unknown option %s\n", argv[at]), 64;
  }
  if (at == argc || (argc - at) % 3 || (argc - at) / 3 > MAX_NODES)
    return fprintf(stderr, "usage: probe [options] LIB COMPONENT CONFIG ...\n"), 64;
  ote_status status = OTE_OK;
  for (; at < argc && status >= 0; at += 3, count++) status = load(&nodes[count], argv[at], argv[at + 1], argv[at + 2]);
  if (status >= 0) status = run_chain(nodes, count, (ote_str){scan, strlen(scan)}, restore);
  for (int i = 0; i < count; i++)
    if (nodes[i].instance) nodes[i].ops->destroy(nodes[i].instance);
  for (int i = 0; i < count; i++)
    if (OTE_HAS(nodes[i].module, ote_module, teardown)) nodes[i].module->teardown();
  return status < 0 ? 1 : 0;
}
