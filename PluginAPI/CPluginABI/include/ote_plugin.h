/* ote_plugin.h - the contract between OpenTrustEval and a plugin. ABI 1.1, DRAFT until frozen.
 *
 * Pure C11 (and C++17), freestanding headers only. A plugin is one shared object that exports
 * one function, ote_module_v1(), and carries one ELF note, OTE_STAMP(). A complete source in C
 * fits in about 130 lines: see Docs/plugin-guide.md.
 *
 * READING RULE   Every struct that may grow begins with struct_size.
 *                Producer: struct_size = sizeof(struct X), as compiled.
 *                Consumer: touch field F only if OTE_HAS(p, T, F). A field that is missing and a
 *                field that is NULL mean the same thing: "not offered".
 * LAYOUT RULE    Fixed-width integers, pointers, and structs marked FROZEN by value. No enum,
 *                bool, bit-field, long, size_t, union, variadic, FILE or C++ type.
 * MEMORY RULE    Nothing allocated on one side is freed on the other, except Arrow structs
 *                (by their own release) and instances (by their own destroy). Bytes of unknown
 *                length leave a plugin through an ote_writer; errors through an ote_error.
 * BORROWING      ote_str and ote_bytes arguments are valid only until the call returns.
 *
 * THREADS        Every function carries one of two tags.
 *   [serial]     Never two [serial] calls at once on one instance, but any thread may make them,
 *                with a happens-before between one call and the next. Keep no per-thread state
 *                across calls. Two instances may be called at once. Callbacks of a stream are
 *                serial per stream, may run while another stream or call of the same instance
 *                runs, and are all finished before destroy().
 *   [any]        Any thread, at any time, also from inside another call.
 *
 * ERRORS         A status < 0 is a failure, and the function must have called error->set() exactly
 *                once with words a person can act on. A status >= 0 must not have called it.
 *                After a failed get_next only get_last_error and release are legal on that stream.
 *
 * A PLUGIN NEVER calls fork, exit, setlocale, setenv, chdir or umask; installs signal handlers;
 * reads stdin; dlopens with RTLD_GLOBAL. It may start threads (signals blocked, joined by
 * destroy) and may print: its lines become log lines of the node that was running.
 *
 * Rationale and rules for changing this file: Docs/decisions/0001-plugin-abi.md. */
#ifndef OTE_PLUGIN_H
#define OTE_PLUGIN_H
#include <stddef.h>
#include <stdint.h>
#include "ote_arrow.h"
#ifdef __cplusplus
extern "C" {
#endif

#define OTE_ABI_MAJOR 1u
#define OTE_ABI_MINOR 1u
#define OTE_ABI(major, minor) (((uint32_t)(major) << 16) | (uint32_t)(minor))
/* The same number as OTE_ABI(OTE_ABI_MAJOR, OTE_ABI_MINOR), spelt out so that Swift imports it. */
#define OTE_ABI_CURRENT 0x00010001u

#define OTE_END_OF(T, field) (offsetof(T, field) + sizeof(((T *)0)->field))
#define OTE_HAS(p, T, field) ((p) && (p)->struct_size >= OTE_END_OF(T, field) && (p)->field)
#define OTE_EXPORT __attribute__((visibility("default")))

/* ============================================================ values (FROZEN) */

/* UTF-8, NOT NUL-terminated. ptr may be NULL when len is 0. */
typedef struct ote_str { const char *ptr; uint64_t len; } ote_str;
typedef struct ote_bytes { const uint8_t *ptr; uint64_t len; } ote_bytes;

/* Status. The list is short on purpose: it drives what the host does (retry, blame, ask for
 * credentials). Finer detail goes into the error's details_json. A receiver treats an unknown
 * negative as OTE_E_INTERNAL and an unknown positive as OTE_OK. */
typedef int32_t ote_status;
#define OTE_OK              0
#define OTE_END             1  /* no more items                                              */
#define OTE_DEFERRED        2  /* bind only: the answer is known only once data flows        */
#define OTE_E_INTERNAL     -1  /* a bug in the plugin                           blame: plugin   */
#define OTE_E_INVALID_ARG  -2  /* the caller broke this contract                blame: host;
                                * of a request to a model: it cannot take it    blame: user     */
#define OTE_E_CONFIG       -3  /* the user can fix it in the form               blame: user     */
#define OTE_E_UNSUPPORTED  -4  /* this plugin does not do that                  blame: user     */
#define OTE_E_NOT_FOUND    -5  /* no such file, table, component ...            blame: user     */
#define OTE_E_DENIED       -6  /* a permission was not granted                  blame: user     */
#define OTE_E_CANCELLED    -7  /* it stopped because it was asked to                            */
#define OTE_E_TIMEOUT      -8  /* something outside did not answer in time      blame: external */
#define OTE_E_IO           -9  /* disk or network failed                        blame: external */
#define OTE_E_DATA        -10  /* input rows or schema are bad                  blame: user     */
#define OTE_E_RESOURCE    -11  /* memory, disk, GPU or quota ran out            blame: external */
#define OTE_E_STATE       -12  /* a checkpoint is unreadable or too new         blame: plugin   */
#define OTE_E_AUTH        -13  /* credentials refused                           blame: user     */

/* ============================================================ errors and bytes */

#define OTE_ERROR_RETRYABLE 1u  /* the same call may work later */

/* Made, owned and freed by the host; the plugin only calls set(), and the host copies what it is
 * given. details_json is an object or empty. Keys the host understands: "path" (JSON pointer into
 * the configuration), "file", "line", "row", "next" (what to do), "vendor_code", "sqlstate",
 * "http_status", "node" (another node of the same plugin, where one call runs several fused). [any] */
typedef struct ote_error {
  uint32_t struct_size; uint32_t reserved0;
  void *host_ctx;
  void (*set)(struct ote_error *, ote_status, uint32_t flags, ote_str message, ote_str details_json);
} ote_error;

/* The way bytes of unknown length leave a plugin. write() may be called many times; the host
 * copies and appends. It fails with OTE_E_RESOURCE past the host's limit (16 MiB).      [any] */
typedef struct ote_writer {
  uint32_t struct_size; uint32_t reserved0;
  void *ctx;
  ote_status (*write)(struct ote_writer *, ote_bytes);
} ote_writer;

/* read() returns the count read, which may be short; 0 at the end; a status < 0 on failure. [any] */
typedef struct ote_reader {
  uint32_t struct_size; uint32_t reserved0;
  void *ctx;
  int64_t (*read)(struct ote_reader *, uint8_t *destination, uint64_t capacity);
} ote_reader;

/* ============================================================ what the host offers */

typedef struct ote_host {
  uint32_t struct_size;
  uint32_t abi;                /* the ABI this host speaks, OTE_ABI(major, minor) */
  void *host_ctx;
  ote_str name; ote_str version;
  /* The table for a service id below, or NULL: not offered, or not permitted by the admin. The
   * table, and this struct, stay valid until the module's teardown().                   [any] */
  const void *(*service)(const struct ote_host *, ote_str id);
} ote_host;

/* One attempt of one node. Borrowed: valid until the call that received it returns or, when that
 * call opened streams or began a sink or check, until those are released or ended. */
typedef struct ote_run ote_run;

#define OTE_LOG_DEBUG 0
#define OTE_LOG_INFO 1
#define OTE_LOG_WARNING 2
#define OTE_LOG_ERROR 3

#define OTE_SERVICE_LOG "ote.log/1"
typedef struct ote_log_service {
  uint32_t struct_size; uint32_t reserved0;
  void (*log)(const ote_host *, ote_run *run_or_null, int32_t level, ote_str message, ote_str fields_json); /* [any] */
} ote_log_service;

#define OTE_SERVICE_RUN "ote.run/1"
typedef struct ote_run_service {
  uint32_t struct_size; uint32_t reserved0;
  int32_t (*cancelled)(ote_run *);      /* one relaxed load: ask per batch, per token, per 100 ms      [any] */
  int32_t (*cancel_fd)(ote_run *);      /* readable once cancelled; -1 if none; never read or close it [any] */
  int64_t (*deadline_ns)(ote_run *);    /* CLOCK_MONOTONIC; 0 = none                                   [any] */
  /* Work done so far in the unit that phase names ("bytes", "rows", "files" ...). Also the sign of
   * life: a node silent for longer than its stall limit is stopped.                             [any] */
  void (*progress)(ote_run *, uint64_t done, uint64_t total_or_0, ote_str phase);
  /* {"run","attempt","pipeline","node","started_at","memory_bytes","threads","batch_rows"}. memory_bytes and
   * threads are what this node may use. While a browser's form asks (ote.options), also "return_address": the page
   * of this host that a sign-in elsewhere may send the browser back to.                         [any] */
  ote_status (*meta)(ote_run *, ote_writer *);
} ote_run_service;

#define OTE_SERVICE_METRICS "ote.metrics/1"
typedef struct ote_metrics_service {
  uint32_t struct_size; uint32_t reserved0;
  void (*record)(ote_run *, ote_str name, double value, ote_str unit, ote_str labels_json); /* last value wins [any] */
} ote_metrics_service;

#define OTE_SERVICE_SECRETS "ote.secrets/1"
typedef struct ote_secrets_service {
  uint32_t struct_size; uint32_t reserved0;
  /* Only references that stand in this instance's configuration as {"$secret": "ref"}.    [any] */
  ote_status (*get)(ote_run *, ote_str reference, ote_writer *out, ote_error *);
} ote_secrets_service;

#define OTE_SERVICE_STATE "ote.state/1"
#define OTE_REVISION_NEW 0ull
#define OTE_REVISION_ANY (~0ull)
/* Durable keys and values, scoped to (pipeline, node, component). All [any]. */
typedef struct ote_state_service {
  uint32_t struct_size; uint32_t reserved0;
  ote_status (*get)(ote_run *, ote_str key, ote_writer *out, uint64_t *revision, ote_error *); /* OTE_E_NOT_FOUND sets no error */
  ote_status (*put)(ote_run *, ote_str key, ote_bytes value, uint64_t if_revision, uint64_t *revision, ote_error *);
  ote_status (*remove)(ote_run *, ote_str key, ote_error *);
} ote_state_service;

#define OTE_SERVICE_FILES "ote.files/1"
/* All [any]. Paths are absolute and UTF-8. */
typedef struct ote_files_service {
  uint32_t struct_size; uint32_t reserved0;
  /* A folder of this node's own, removed after the run.  It lies on the artifact store's file
   * system, so publish() moves instead of copying. */
  ote_status (*temp_dir)(ote_run *, ote_writer *path, ote_error *);
  /* Moves a file or folder into the artifact store and makes it visible, atomically. kind: "dataset",
   * "model", "checkpoint", "report", "other". For "model" metadata_json is a model document (below) without its
   * path; with a "name" it becomes a version of that model when the run has succeeded. For "dataset" it is {"name", "rows", "schema":
   * [{"name","type","nullable"}], "columns": {name: statistics}}. Answers a JSON receipt:
   * {"artifact","digest","bytes","path"} (where it lies from now on), for a model "model", and for a dataset also {"dataset"}: its version gets a number when the
   * whole run has succeeded, in one step with all the run's other datasets. Legal only inside sink.commit(),
   * trainer.train() and action.run(). The same run, node and name publishes once: a second call answers
   * the first receipt. */
  ote_status (*publish)(ote_run *, ote_str local_path, ote_str kind, ote_str metadata_json, ote_writer *receipt_json, ote_error *);
  /* reference: an artifact digest, or "dataset:NAME", "dataset:NAME@VERSION", "model:NAME", "model:NAME@VERSION",
   * "model:NAME@ALIAS". Answers {"path","digest","dataset","version","rows"}, for a model its document; what was
   * resolved is noted as an input of the run. */
  ote_status (*fetch)(ote_run *, ote_str reference, ote_writer *answer_json, ote_error *);
} ote_files_service;

#define OTE_SERVICE_HTTP "ote.http/1"
/* Offered where the admin wants egress to pass through the host (allow-list, proxy, audit). */
typedef struct ote_http_service {
  uint32_t struct_size; uint32_t reserved0;
  /* request_json: {"method","url","headers":{},"timeout_ms"}; response_json: {"status","headers":{}}. [any] */
  ote_status (*request)(ote_run *, ote_str request_json, ote_reader *body_or_null, ote_writer *response_json,
                        ote_writer *response_body, ote_error *);
} ote_http_service;

/* Events of a model or trainer: push, and emit() may block; that is the back-pressure. */
#define OTE_EVENT_TEXT 1u       /* UTF-8, whole code points                             */
#define OTE_EVENT_REASONING 2u
#define OTE_EVENT_TOOL_CALL 3u  /* JSON                                                 */
#define OTE_EVENT_USAGE 4u      /* JSON {"input_tokens","output_tokens"}; before FINISH */
#define OTE_EVENT_FINISH 5u     /* JSON {"reason"}; exactly once, last                  */
#define OTE_EVENT_JSON 6u       /* anything else; ignore what you do not know           */
#define OTE_EVENT_METRIC 7u     /* JSON {"name","value","step","unit"}; trainers        */
/* JSON {"tokens":[{"token","id","logprob","top":[{"token","logprob"}]}]}: of the text just sent. */
#define OTE_EVENT_LOGPROBS 8u
/* The same of the prompt, logprob null for its first token; one of the continuation has "continuation":true and "greedy". */
#define OTE_EVENT_PROMPT_LOGPROBS 9u
typedef struct ote_event_sink {
  uint32_t struct_size; uint32_t reserved0;
  void *ctx;
  int32_t (*emit)(struct ote_event_sink *, uint32_t choice, uint32_t kind, ote_bytes payload); /* != 0: stop, answer OTE_E_CANCELLED */
  /* 0: nobody wants the answer any more; as above. Ask beside the run's own cancelled() where no event comes for a while:
   * a long prompt, a slow server.                                                         [any] */
  int32_t (*wanted)(struct ote_event_sink *);
} ote_event_sink;

#define OTE_SERVICE_MODELS "ote.models/1"
/* Lets evaluators, checks, stages, trainers and actions call a model that the pipeline connects to an input of theirs;
 * binding is that input's name. The host loads the model at the first call, and lets in as many calls at once as the
 * provider says; others wait, and wake when the run is cancelled.                          [any] */
typedef struct ote_models_service {
  uint32_t struct_size; uint32_t reserved0;
  ote_status (*generate)(ote_run *, ote_str binding, ote_str request_json, ote_event_sink *, ote_error *);
  ote_status (*embed)(ote_run *, ote_str binding, struct ArrowArrayStream *in, struct ArrowArrayStream *out, ote_error *);
  ote_status (*count_tokens)(ote_run *, ote_str binding, ote_str request_json, uint64_t *count, ote_error *);
  ote_status (*describe)(ote_run *, ote_str binding, ote_writer *model_json, ote_error *); /* the model document */
} ote_models_service;

/* ============================================================ instances */

typedef struct ote_instance ote_instance; /* the plugin's own; the host never looks inside */

typedef struct ote_instance_ops {
  uint32_t struct_size; uint32_t reserved0;
  void (*destroy)(ote_instance *);                        /* joins every thread it started; cannot fail  [serial] */
  const void *(*query)(ote_instance *, ote_str interface_id); /* a table below, or NULL; valid until destroy [any] */
  void (*interrupt)(ote_instance *);                      /* wake a blocked call; returns at once        [any] */
} ote_instance_ops;

/* ============================================================ kinds of component
 *
 * Ports   `table`  an ArrowArrayStream of struct arrays (one record batch each).
 *         `files`  also an ArrowArrayStream, with this schema, in this order, all utf8 but size and modified:
 *                  uri, path (local, or null), size (int64, null if unknown), etag, modified (timestamp[us, UTC]),
 *                  media_type, attributes (JSON object).
 *         `model`, `report`  JSON, carried in request_json by the input's name: {"inputs": [names of streams, in the order
 *                  of `in`], "models": {name: document}, "reports": {name: report}}, of trainers, evaluators and actions, which
 *                  are called when all of it is there. Stages and checks ask ote.models/1 once data flows.
 *
 * Model document   {"name","version" where the registry knows it, "format": "gguf", "gguf-lora", "hf", "hf-lora",
 *              "fasttext" or another word, "path": file or folder on this machine, "artifact": its digest once published,
 *              "files": {form: path}, "base": the document of what it was made from, "license", "serve": {"use","with"},
 *              "metadata": {}}. For a model behind a provider also {"use","config"}.
 *
 * Streams in   `in` arrays: the plugin takes ownership of every stream at entry, also when it fails
 *              (copy the struct, then set its release to NULL).
 * Streams out  `out` arrays: zeroed by the host; filled only when OTE_OK is returned.
 * One's own neighbour   A stream whose `release` pointer is the plugin's own was made by the plugin:
 *              it may look inside and fuse. Nobody else may look inside private_data.
 *
 * Scan request (JSON, given to open): what the reader downstream wants. A plugin that ignores it is
 * still right, only slower, unless it declares the part in its descriptor's "pushdown" list.
 *   {"columns": ["a","b"] or absent = all,          "pushdown" word: columns (given in this order)
 *    "filters": [{"column","op","value"}], op one of = != < <= > >= is_null not_null; a conjunction
 *                                                   "pushdown" word: filters
 *    "limit": N,                                    "pushdown" word: limit
 *    "partition": <one element of plan's answer>}
 *
 * Failing inputs   When get_next of an input fails, the host knows the cause already: pass the words on
 *              with any status and stop.
 *
 * Bind request (JSON): {"inputs": ["name", ...]} in port order, and for sinks and checks as well. */

#define OTE_SOURCE "ote.source/1"
typedef struct ote_source {
  uint32_t struct_size; uint32_t reserved0;
  /* The "Test" button of a form: {"ok", "message"}, message in words such as "12 files, 3 MB", and what else a report
   * (Docs/descriptor.md) may hold. At once, and without side effects.                     [serial] */
  ote_status (*check)(ote_instance *, ote_run *, ote_writer *report_json, ote_error *);
  ote_status (*discover)(ote_instance *, ote_run *, ote_writer *catalog_json, ote_error *);  /* {"items":[{"name","title","columns"}]} [serial] */
  /* The schema without data; OTE_DEFERRED if only the data tells. May read metadata, never rows.  [serial] */
  ote_status (*bind)(ote_instance *, ote_run *, struct ArrowSchema *out, ote_error *);
  ote_status (*plan)(ote_instance *, ote_run *, ote_str scan_json, ote_writer *partitions_json, ote_error *); /* {"partitions":[...]} [serial] */
  ote_status (*open)(ote_instance *, ote_run *, ote_str scan_json, struct ArrowArrayStream *out, ote_error *); /* [serial] */
} ote_source;

#define OTE_STAGE "ote.stage/1"
typedef struct ote_stage {
  uint32_t struct_size; uint32_t reserved0;
  /* Output schemas from input schemas: no side effects, callable many times. in[i] is NULL where the
   * input's schema is deferred. samples[i], when not NULL, is a stream of input i's real contents
   * (given for `files` inputs, so that `read` can learn its columns); ownership passes at entry.
   * answer_json may be left empty, or say which input columns are needed:
   * {"columns": [["a","b"], null]} (null = all).                                          [serial] */
  ote_status (*bind)(ote_instance *, ote_run *, ote_str request_json, uint32_t n_in, const struct ArrowSchema *const *in,
                     struct ArrowArrayStream *const *samples, uint32_t n_out, struct ArrowSchema *out,
                     ote_writer *answer_json, ote_error *);
  /* An output nobody reads is released unread. request_json is the bind request with "scan": [scan request or null per
   * output].                                                                              [serial] */
  ote_status (*open)(ote_instance *, ote_run *, ote_str request_json, uint32_t n_in, struct ArrowArrayStream *in,
                     uint32_t n_out, struct ArrowArrayStream *out, ote_error *);
} ote_stage;

#define OTE_CHECK "ote.check/1"
/* A check looks at batches that pass by on their way downstream: no second scan, no copy. */
typedef struct ote_check {
  uint32_t struct_size; uint32_t reserved0;
  /* Schema of the table and of the further (reference) inputs; OTE_E_CONFIG for a rule that names a
   * column that is not there. Pure, callable many times.                                  [serial] */
  ote_status (*bind)(ote_instance *, ote_run *, ote_str request_json, const struct ArrowSchema *table,
                     uint32_t n_references, const struct ArrowSchema *const *references, ote_error *);
  ote_status (*begin)(ote_instance *, ote_run *, ote_str request_json, const struct ArrowSchema *table,
                      uint32_t n_references, struct ArrowArrayStream *references, ote_error *); /* [serial] */
  /* A borrowed batch; first_row is the ordinal of its first row in the stream, from 0.    [serial] */
  ote_status (*observe)(ote_instance *, ote_run *, const struct ArrowArray *batch, int64_t first_row, ote_error *);
  /* After the last batch. report_json: {"findings": [{"rule","column","columns","severity": "error" or
   * "warn","passed","observed","limit","unit","failing_rows","message"}], "report": <report>}.
   * failing: a stream of {rule: int32 (index into findings), row: int64 (ordinal)}, all of them,
   * ascending by row within a rule; left zeroed if there are none.                        [serial] */
  ote_status (*finish)(ote_instance *, ote_run *, ote_writer *report_json, struct ArrowArrayStream *failing, ote_error *);
} ote_check;

#define OTE_SINK "ote.sink/1"
/* begin, write, then exactly one of commit and abort. Nothing is visible outside before commit. */
typedef struct ote_sink {
  uint32_t struct_size; uint32_t reserved0;
  ote_status (*bind)(ote_instance *, ote_run *, ote_str request_json, const struct ArrowSchema *, ote_error *); /* refuse early; pure [serial] */
  ote_status (*begin)(ote_instance *, ote_run *, ote_str request_json, const struct ArrowSchema *, ote_error *); /* [serial] */
  /* Called once, with the whole stream. result_json: {"rows","bytes"}.                    [serial] */
  ote_status (*write)(ote_instance *, ote_run *, struct ArrowArrayStream *in, ote_writer *result_json, ote_error *);
  /* Makes it visible, atomically; the same run id twice gives the same receipt. receipt_json goes into
   * the run's outputs: {"dataset","version","rows","digest"} or {"files":[{"path","bytes"}]} ...   [serial] */
  ote_status (*commit)(ote_instance *, ote_run *, ote_writer *receipt_json, ote_error *);
  ote_status (*abort)(ote_instance *, ote_run *, ote_error *);  /* leaves nothing behind; idempotent  [serial] */
} ote_sink;

#define OTE_PROVIDER "ote.provider/1"
/* A request of generate and count_tokens (JSON). A key that this provider cannot honour is refused with OTE_E_UNSUPPORTED and
 * its "path", never ignored.
 *   {"messages": [{"role","content","tool_calls","tool_call_id"}] or "prompt": text without a chat template,
 *    "max_tokens","temperature","top_p","top_k","min_p","seed","stop": [..],"n",
 *    "tools": [{"name","description","parameters"}],
 *    "format": {"type":"json_schema","schema"} or {"type":"json"} or {"type":"grammar","gbnf"},
 *    "logprobs": bool, "top_logprobs": N, "prompt_logprobs": bool (with max_tokens 0 nothing is generated),
 *    "continuation": text scored after the prompt, "adapter": {"path","scale"}, "options": {}}
 * Its events come in order for each choice: USAGE once and FINISH {"reason": "stop","length","tool_calls","content_filter" or
 * "cancelled"} last.
 * embed: the input's column "text" (utf8); answers one column "embedding" (list of float32), as many rows, in order. */
typedef struct ote_provider {
  uint32_t struct_size; uint32_t reserved0;
  ote_status (*check)(ote_instance *, ote_run *, ote_writer *report_json, ote_error *);        /* [serial] */
  ote_status (*list)(ote_instance *, ote_run *, ote_writer *models_json, ote_error *);         /* [serial] */
  /* Once, before the first use. model_json: the document at the input `model`, {} where nothing is connected. May be slow:
   * progress, cancel.                                                                      [serial] */
  ote_status (*load)(ote_instance *, ote_run *, ote_str model_json, ote_error *);
  ote_status (*unload)(ote_instance *, ote_str model_id, ote_error *);                         /* [serial] */
  /* [any] up to the descriptor's concurrency.generate calls at once; else [serial]. */
  ote_status (*generate)(ote_instance *, ote_run *, ote_str request_json, ote_event_sink *, ote_error *);
  ote_status (*embed)(ote_instance *, ote_run *, ote_str request_json, struct ArrowArrayStream *in,
                      struct ArrowArrayStream *out, ote_error *);                              /* [serial] */
  ote_status (*count_tokens)(ote_instance *, ote_run *, ote_str request_json, uint64_t *count, ote_error *); /* [any] */
} ote_provider;

#define OTE_TRAINER "ote.trainer/1"
/* job_json is a request as above. train answers {"model": document, "report": report}. Metrics are told as they come, by
 * OTE_EVENT_METRIC; TEXT events are lines for people. */
typedef struct ote_trainer {
  uint32_t struct_size; uint32_t reserved0;
  ote_status (*estimate)(ote_instance *, ote_run *, ote_str job_json, ote_writer *estimate_json, ote_error *); /* {"memory_bytes","device",...} [serial] */
  ote_status (*train)(ote_instance *, ote_run *, ote_str job_json, uint32_t n_in, struct ArrowArrayStream *in,
                      ote_event_sink *events, ote_writer *model_json, ote_error *);            /* [serial] */
} ote_trainer;

#define OTE_EVALUATOR "ote.evaluator/1"
/* per_row: what becomes the port `rows`; bind leaves it zeroed where there is none, and answers OTE_DEFERRED where only the
 * data tells. evaluate answers {"report": report, "findings": [as a check's]}; a figure that cannot be computed is null. */
typedef struct ote_evaluator {
  uint32_t struct_size; uint32_t reserved0;
  ote_status (*bind)(ote_instance *, ote_run *, ote_str request_json, uint32_t n_in, const struct ArrowSchema *const *in,
                     struct ArrowSchema *per_row, ote_error *);                                /* [serial] */
  ote_status (*evaluate)(ote_instance *, ote_run *, ote_str request_json, uint32_t n_in, struct ArrowArrayStream *in,
                         struct ArrowArrayStream *per_row, ote_writer *report_json, ote_error *); /* [serial] */
} ote_evaluator;

#define OTE_ACTION "ote.action/1"
/* Runs once, after everything that is connected to it, unless a gate above has stopped the run. Answers as evaluate does. */
typedef struct ote_action {
  uint32_t struct_size; uint32_t reserved0;
  ote_status (*run)(ote_instance *, ote_run *, ote_str request_json, uint32_t n_in, struct ArrowArrayStream *in,
                    ote_writer *report_json, ote_error *);                                     /* [serial] */
} ote_action;

#define OTE_NOTIFIER "ote.notifier/1"
/* event_json: {"id","type": "run.failed" or another word,"at","run","pipeline","status","problems","gates","url", ...}. */
typedef struct ote_notifier {
  uint32_t struct_size; uint32_t reserved0;
  ote_status (*notify)(ote_instance *, ote_run *, ote_str event_json, ote_writer *receipt_json, ote_error *); /* idempotent on event.id [serial] */
} ote_notifier;

/* ============================================================ optional interfaces */

#define OTE_CHECKPOINT "ote.checkpoint/1"
typedef struct ote_checkpoint {
  uint32_t struct_size; uint32_t reserved0;
  /* Between get_next calls of `stream` (or between events of a trainer): the position after the last
   * batch handed out. The host stores it once the rows are committed downstream.          [serial] */
  ote_status (*save)(ote_instance *, ote_run *, struct ArrowArrayStream *stream_or_null, ote_writer *, ote_error *);
  /* Before open. state_version is what the component's descriptor said ("state_version", 1 if absent)
   * when the state was saved. A version it does not know: OTE_E_STATE, never a guess.     [serial] */
  ote_status (*restore)(ote_instance *, ote_run *, uint32_t state_version, ote_reader *, ote_error *);
} ote_checkpoint;

#define OTE_OPTIONS "ote.options/1"
/* Choices for a form field, asked live: {"choices":[{"value","title","help"}],"more":false}; value is a text, number or
 * boolean. In its place a choice may have "link", an http(s) address: it opens that page, and the field stays as it is.
 * query is what was typed so far. Only here, create() may have got a configuration that lacks required fields,
 * as it is still being written: an instance that cannot be made without them answers OTE_E_CONFIG. */
typedef struct ote_options {
  uint32_t struct_size; uint32_t reserved0;
  ote_status (*list)(ote_instance *, ote_run *, ote_str field_pointer, ote_str query, ote_writer *choices_json, ote_error *); /* [serial] */
} ote_options;

#define OTE_STREAM_ERROR "ote.stream-error/1"
/* The full error behind an Arrow errno: calls error->set() with it and returns its status. */
typedef struct ote_stream_error {
  uint32_t struct_size; uint32_t reserved0;
  ote_status (*last)(ote_instance *, struct ArrowArrayStream *, ote_error *);                  /* [serial] */
} ote_stream_error;

/* ============================================================ the module */

typedef struct ote_module {
  uint32_t struct_size;
  uint32_t abi_built;          /* OTE_ABI_CURRENT of the header it was compiled with */
  uint32_t abi_needs;          /* the lowest host ABI it works with                  */
  uint32_t reserved0;
  ote_status (*setup)(const ote_host *, ote_error *);  /* once per process, before all but describe [serial] */
  void (*teardown)(void);                              /* once, last; the host never dlcloses        [serial] */
  /* The descriptor: one JSON document for every component in the file (Docs/descriptor.md). Pure: no
   * setup, host, network or files needed; the same bytes each time; under one second.       [any] */
  ote_status (*describe)(ote_writer *);
  /* config_json is already valid against the component's schema, defaults filled in, secrets as
   * {"$secret":"ref"}. Cheap: no network, no model load. Unknown component: OTE_E_NOT_FOUND and *out
   * untouched.                                                                              [any] */
  ote_status (*create)(const ote_host *, ote_str component, ote_str config_json, ote_instance **out,
                       const ote_instance_ops **ops, ote_error *);
} ote_module;

/* The one exported symbol. Answers NULL for a host ABI major it does not know; a new major gets a new
 * name, so both can live in one file. The pointer is valid for the life of the process.     [any] */
typedef const ote_module *(*ote_module_v1_fn)(uint32_t host_abi);
OTE_EXPORT const ote_module *ote_module_v1(uint32_t host_abi);

/* A stamp readable with no dlopen (readelf -n): owner "OTE", type 1, four words: magic "OTEP",
 * abi_built, abi_needs, flags. Put OTE_STAMP(OTE_ABI(1, 0)) once in one C or C++ file. */
#define OTE_STAMP_MAGIC 0x5045544Fu
#define OTE_STAMP(needs)                                                                        \
  __attribute__((used, section(".note.ote"), aligned(4))) static const struct {                 \
    uint32_t name_size, descriptor_size, type; char owner[4]; uint32_t words[4];                \
  } ote_stamp_ = {4, 16, 1, {'O', 'T', 'E', 0}, {OTE_STAMP_MAGIC, OTE_ABI_CURRENT, (needs), 0}}

#ifdef __cplusplus
}
#endif
#endif
