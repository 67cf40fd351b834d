// counter.h - what the files of this plugin share: names of the components and the words for a failure.
#ifndef COUNTER_H
#define COUNTER_H
#include "json.h"
#include "ote_plugin.h"

#define STR(literal) ((ote_str){literal, sizeof literal - 1})

typedef ote_status (*create_fn)(const ote_host *, struct json config, ote_instance **, const ote_instance_ops **,
                                ote_error *);
ote_status numbers_create(const ote_host *, struct json, ote_instance **, const ote_instance_ops **, ote_error *);
ote_status pass_create(const ote_host *, struct json, ote_instance **, const ote_instance_ops **, ote_error *);
ote_status null_create(const ote_host *, struct json, ote_instance **, const ote_instance_ops **, ote_error *);

// Tells the host what went wrong and returns the status: `return fail(error, OTE_E_CONFIG, "/rows", "...")`.
// pointer is the place in the configuration, or NULL.
ote_status fail(ote_error *error, ote_status status, const char *pointer, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
// The same for a stream that stopped with an errno: its reader has no other words than get_last_error's.
ote_status input_failed(ote_error *error, struct ArrowArrayStream *input, int code);

int same(ote_str text, const char *word);
ote_status write_text(ote_writer *writer, const char *format, ...) __attribute__((format(printf, 2, 3)));
// The run service, or NULL where this host has none.
const ote_run_service *run_service(const ote_host *host);
int cancelled(const ote_run_service *runs, ote_run *run);
void progress(const ote_run_service *runs, ote_run *run, int64_t done, int64_t total_or_0);

// Bytes of the buffers behind a column's or batch's rows; types it does not know count as 0.
int64_t array_bytes(const struct ArrowSchema *schema, const struct ArrowArray *array);
#endif
