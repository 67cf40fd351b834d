// tells-files - a notifier that appends each event as a line to the file `path`. `fails` makes it fail: "once" with a
// retryable OTE_E_IO, "always" with OTE_E_CONFIG, "crashes" by itself.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "fixture.h"

struct teller {
  char path[512], fails[16];
};

static void take(const char *config, const char *key, char *out, size_t size) {
  char quoted[32];
  snprintf(quoted, sizeof quoted, "\"%s\":\"", key);
  const char *at = strstr(config, quoted), *end = at ? strchr(at + strlen(quoted), '"') : NULL;
  out[0] = 0;
  if (end) snprintf(out, size, "%.*s", (int)(end - at - strlen(quoted)), at + strlen(quoted));
}

static ote_status notify(ote_instance *self, ote_run *run, ote_str event, ote_writer *receipt, ote_error *error) {
  struct teller *teller = (struct teller *)self;
  char tried[600];
  (void)run;
  snprintf(tried, sizeof tried, "%s.tried", teller->path);
  if (same_word(teller->fails, "crashes")) abort();
  if (same_word(teller->fails, "always")) return answer(error, OTE_E_CONFIG, 0, "Nobody listens.", NULL);
  if (same_word(teller->fails, "once") && access(tried, F_OK) != 0) {
    FILE *mark = fopen(tried, "w");
    if (mark) fclose(mark);
    return answer(error, OTE_E_IO, OTE_ERROR_RETRYABLE, "The line is busy.", NULL);
  }
  FILE *file = fopen(teller->path, "a");
  if (!file) return answer(error, OTE_E_IO, 0, "The file cannot be written.", NULL);
  fprintf(file, "%.*s\n", (int)event.len, event.ptr);
  fclose(file);
  return write_words(receipt, "{\"told\": true}");
}

static void destroy(ote_instance *self) { free(self); }
static void interrupt(ote_instance *self) { (void)self; }

static const ote_notifier notifier = {.struct_size = sizeof notifier, .notify = notify};

static const void *query(ote_instance *self, ote_str id) {
  (void)self;
  return id.len == strlen(OTE_NOTIFIER) && memcmp(id.ptr, OTE_NOTIFIER, id.len) == 0 ? &notifier : NULL;
}

static const ote_instance_ops ops = {.struct_size = sizeof ops, .destroy = destroy, .query = query, .interrupt = interrupt};

static ote_status create(const ote_host *host, ote_str component, ote_str config, ote_instance **out,
                         const ote_instance_ops **table, ote_error *error) {
  struct teller *teller = calloc(1, sizeof *teller);
  char text[2048];
  (void)host, (void)component;
  if (!teller) return answer(error, OTE_E_RESOURCE, 0, "No memory.", NULL);
  snprintf(text, sizeof text, "%.*s", (int)(config.len < 2047 ? config.len : 2047), config.len ? config.ptr : "");
  take(text, "path", teller->path, sizeof teller->path);
  take(text, "fails", teller->fails, sizeof teller->fails);
  *out = (ote_instance *)teller, *table = &ops;
  return OTE_OK;
}

static ote_status describe(ote_writer *writer) {
  static const char text[] =
    "{\"descriptor\": 1, \"name\": \"tells-files\", \"version\": \"1.0.0\", \"title\": \"Tells files\", \"components\": ["
    "{\"name\": \"notify\", \"kind\": \"notifier\", \"title\": \"Notify\", \"summary\": \"Appends events to a file.\","
    " \"config\": {\"type\": \"object\", \"required\": [\"path\"], \"additionalProperties\": false, \"properties\": {"
    "\"path\": {\"type\": \"string\"}, \"fails\": {\"enum\": [\"once\", \"always\", \"crashes\"]}}},"
    " \"config_version\": 1}]}";
  return writer->write(writer, (ote_bytes){(const uint8_t *)text, sizeof text - 1});
}

static const ote_module module = {.struct_size = sizeof module, .abi_built = OTE_ABI_CURRENT, .abi_needs = OTE_ABI(1, 0),
                                  .describe = describe, .create = create};

OTE_STAMP(OTE_ABI(1, 0));
OTE_EXPORT const ote_module *ote_module_v1(uint32_t host_abi) {
  return host_abi >> 16 == OTE_ABI_MAJOR ? &module : NULL;
}
FIXTURE_HOOKS(.describe = describe);
