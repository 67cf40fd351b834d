// counter.c - the module: stamp, descriptor, create, and the few words every component needs.
#include "counter.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

OTE_STAMP(OTE_ABI(1, 0));

static const char descriptor[] =
"{\"descriptor\": 1, \"name\": \"counter\", \"version\": \"1.0.0\", \"title\": \"Counter\","
" \"components\": ["
"  {\"name\": \"numbers\", \"kind\": \"source\", \"title\": \"Numbers\","
"   \"summary\": \"Makes rows: n counts from 0, x is half of n, s is n as text.\","
"   \"docs\": \"Three columns that never are null: `n` int64, `x` float64, `s` utf8.\","
"   \"outputs\": [{\"name\": \"table\", \"type\": \"table\"}],"
"   \"config\": {\"type\": \"object\", \"additionalProperties\": false, \"required\": [\"rows\"],"
"    \"properties\": {"
"     \"rows\": {\"type\": \"integer\", \"title\": \"Rows\", \"minimum\": 0, \"x-order\": 1},"
"     \"batch_rows\": {\"type\": \"integer\", \"title\": \"Rows in a batch\", \"minimum\": 1, \"maximum\": 1000000,"
"      \"default\": 1024, \"x-order\": 2, \"x-advanced\": true}}},"
"   \"config_version\": 1,"
"   \"examples\": [{\"title\": \"A thousand rows\", \"config\": {\"rows\": 1000, \"batch_rows\": 100}}],"
"   \"pushdown\": [\"columns\", \"limit\"], \"deterministic\": true},"
"  {\"name\": \"pass\", \"kind\": \"stage\", \"title\": \"Pass\","
"   \"summary\": \"Hands every batch through untouched.\","
"   \"inputs\": [{\"name\": \"table\", \"type\": \"table\"}],"
"   \"outputs\": [{\"name\": \"table\", \"type\": \"table\"}],"
"   \"config\": {\"type\": \"object\", \"additionalProperties\": false, \"properties\": {}},"
"   \"config_version\": 1, \"examples\": [{\"title\": \"Pass\", \"config\": {}}], \"deterministic\": true},"
"  {\"name\": \"null\", \"kind\": \"sink\", \"title\": \"Null\","
"   \"summary\": \"Counts rows and bytes and keeps nothing.\","
"   \"inputs\": [{\"name\": \"table\", \"type\": \"table\"}],"
"   \"config\": {\"type\": \"object\", \"additionalProperties\": false, \"properties\": {}},"
"   \"config_version\": 1, \"examples\": [{\"title\": \"Count\", \"config\": {}}], \"deterministic\": true}]}";

static ote_status describe(ote_writer *writer) {
  return writer->write(writer, (ote_bytes){(const uint8_t *)descriptor, sizeof descriptor - 1});
}

static ote_status create(const ote_host *host, ote_str component, ote_str config, ote_instance **out,
                         const ote_instance_ops **ops, ote_error *error) {
  static const struct { const char *name; create_fn create; } components[] = {
    {"numbers", numbers_create}, {"pass", pass_create}, {"null", null_create}};
  struct json document;
  for (size_t i = 0; i < sizeof components / sizeof *components; i++) {
    if (!same(component, components[i].name)) continue;
    if (!json_document(config, &document)) return fail(error, OTE_E_INVALID_ARG, NULL, "The configuration is no JSON.");
    return components[i].create(host, document, out, ops, error);
  }
  int length = component.len < 64 ? (int)component.len : 64;
  return fail(error, OTE_E_NOT_FOUND, NULL, "counter has no component '%.*s', only numbers, pass and null.", length,
              component.len ? component.ptr : "");
}

static const ote_module module = {.struct_size = sizeof module, .abi_built = OTE_ABI_CURRENT,
                                  .abi_needs = OTE_ABI(1, 0), .describe = describe, .create = create};

OTE_EXPORT const ote_module *ote_module_v1(uint32_t host_abi) {
  return host_abi >> 16 == OTE_ABI_MAJOR ? &module : NULL;
}

ote_status fail(ote_error *error, ote_status status, const char *pointer, const char *format, ...) {
  char message[256], details[128];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  if (length >= (int)sizeof message) length = sizeof message - 1;
  int more = pointer ? snprintf(details, sizeof details, "{\"path\": \"%s\"}", pointer) : 0;
  error->set(error, status, 0, (ote_str){message, (uint64_t)length}, (ote_str){details, (uint64_t)more});
  return status;
}

ote_status input_failed(ote_error *error, struct ArrowArrayStream *input, int code) {
  const char *words = input->get_last_error(input);
  if (!words) words = strerror(code);
  if (code == ECANCELED) return fail(error, OTE_E_CANCELLED, NULL, "The input stopped: %s", words);
  if (code == ENOMEM) return fail(error, OTE_E_RESOURCE, NULL, "The input ran out of memory: %s", words);
  return fail(error, OTE_E_DATA, NULL, "The input failed: %s", words);
}

int same(ote_str text, const char *word) {
  return text.len == strlen(word) && memcmp(text.ptr, word, text.len) == 0;
}

ote_status write_text(ote_writer *writer, const char *format, ...) {
  char text[256];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  return writer->write(writer, (ote_bytes){(const uint8_t *)text, (uint64_t)length});
}

const ote_run_service *run_service(const ote_host *host) {
  return OTE_HAS(host, ote_host, service) ? host->service(host, STR(OTE_SERVICE_RUN)) : NULL;
}

int cancelled(const ote_run_service *runs, ote_run *run) {
  return OTE_HAS(runs, ote_run_service, cancelled) && runs->cancelled(run);
}

void progress(const ote_run_service *runs, ote_run *run, int64_t done, int64_t total_or_0) {
  if (!OTE_HAS(runs, ote_run_service, progress)) return;
  runs->progress(run, (uint64_t)done, (uint64_t)total_or_0, STR("rows"));
}
