// parrot.c - a model provider in one file: it says the last words of a request back, one by one, as a model would.
//
// Its "tokens" are words. Asked for log-probabilities it says 0 for each: it never hesitates. The configuration's "voice" is
// said before each answer, so that two parrots can be told apart.
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "ote_plugin.h"

#define STR(literal) ((ote_str){literal, sizeof literal - 1})
OTE_STAMP(OTE_ABI(1, 1));

struct ote_instance {
  const ote_run_service *runs;
  char voice[64];
};

static ote_status fail(ote_error *error, ote_status status, ote_str words, ote_str details) {
  error->set(error, status, 0, words, details);
  return status;
}

// ---- just enough JSON: the text behind the last "key": of an object that the host wrote, unescaped
static char *last_text(ote_str json, const char *key) {
  char pattern[40];
  int length = snprintf(pattern, sizeof pattern, "\"%s\":\"", key);
  const char *found = NULL;
  for (uint64_t i = 0; i + (uint64_t)length <= json.len; i++)
    if (memcmp(json.ptr + i, pattern, (size_t)length) == 0) found = json.ptr + i + length;
  if (!found) return NULL;
  char *text = malloc(json.len + 1), *end = text;
  if (!text) return NULL;
  for (const char *c = found; c < json.ptr + json.len && *c != '"'; c++) {
    if (*c == '\\' && c + 1 < json.ptr + json.len) *end++ = *++c == 'n' ? '\n' : *c;
    else *end++ = *c;
  }
  *end = 0;
  return text;
}

static int has_key(ote_str json, const char *key) {
  char pattern[40];
  size_t length = (size_t)snprintf(pattern, sizeof pattern, "\"%s\":", key);
  for (uint64_t i = 0; i + length <= json.len; i++)
    if (memcmp(json.ptr + i, pattern, length) == 0) return 1;
  return 0;
}

static int emit(ote_event_sink *sink, uint32_t kind, const char *text) {
  return sink->emit(sink, 0, kind, (ote_bytes){(const uint8_t *)text, strlen(text)});
}

static int count_words(const char *text) {
  int words = 0, inside = 0;
  for (; *text; text++) {
    int blank = *text == ' ' || *text == '\n';
    if (!blank && !inside) words++;
    inside = !blank;
  }
  return words;
}

static char *asked(ote_str request) {
  char *text = last_text(request, "content");
  return text ? text : last_text(request, "prompt");
}

// ---- the provider
static int say(ote_instance *self, ote_run *run, ote_event_sink *sink, char *text, int probable) {
  char *place = NULL, word[4096];
  for (char *next = strtok_r(text, " \n", &place); next; next = strtok_r(NULL, " \n", &place)) {
    if (OTE_HAS(self->runs, ote_run_service, cancelled) && self->runs->cancelled(run)) return 1;
    snprintf(word, sizeof word, "%s ", next);
    if (emit(sink, OTE_EVENT_TEXT, word)) return 1;
    if (!probable) continue;
    if (emit(sink, OTE_EVENT_LOGPROBS, "{\"tokens\":[{\"token\":\"word\",\"logprob\":0}]}")) return 1;
  }
  return 0;
}

static ote_status generate(ote_instance *self, ote_run *run, ote_str request, ote_event_sink *sink, ote_error *error) {
  if (has_key(request, "tools"))
    return fail(error, OTE_E_UNSUPPORTED, STR("A parrot has no tools."), STR("{\"path\":\"/tools\"}"));
  char *text = asked(request), usage[100];
  if (!text) return fail(error, OTE_E_INVALID_ARG, STR("The request has neither messages nor a prompt."), STR(""));
  int words = count_words(text);
  if (strcmp(text, "die") == 0) abort(); // parrots do, now and then: the tests want to see who notices
  int stopped = emit(sink, OTE_EVENT_TEXT, self->voice) || say(self, run, sink, text, has_key(request, "logprobs"));
  free(text);
  if (stopped) return fail(error, OTE_E_CANCELLED, STR("Stopped as asked."), STR(""));
  snprintf(usage, sizeof usage, "{\"input_tokens\":%d,\"output_tokens\":%d}", words, words);
  if (emit(sink, OTE_EVENT_USAGE, usage) || emit(sink, OTE_EVENT_FINISH, "{\"reason\":\"stop\"}"))
    return fail(error, OTE_E_CANCELLED, STR("Stopped as asked."), STR(""));
  return OTE_OK;
}

static ote_status count_tokens(ote_instance *self, ote_run *run, ote_str request, uint64_t *count, ote_error *error) {
  (void)self, (void)run;
  char *text = asked(request);
  if (!text) return fail(error, OTE_E_INVALID_ARG, STR("The request has neither messages nor a prompt."), STR(""));
  *count = (uint64_t)count_words(text);
  free(text);
  return OTE_OK;
}

static ote_status check(ote_instance *self, ote_run *run, ote_writer *report, ote_error *error) {
  (void)self, (void)run, (void)error;
  static const char text[] = "{\"ok\": true, \"message\": \"The parrot is awake.\"}";
  return report->write(report, (ote_bytes){(const uint8_t *)text, sizeof text - 1});
}

static const ote_provider provider = {
  .struct_size = sizeof provider, .check = check, .generate = generate, .count_tokens = count_tokens};

static void destroy(ote_instance *self) { free(self); }
static const void *query(ote_instance *self, ote_str id) {
  (void)self;
  return id.len == strlen(OTE_PROVIDER) && memcmp(id.ptr, OTE_PROVIDER, id.len) == 0 ? &provider : NULL;
}
static const ote_instance_ops ops = {.struct_size = sizeof ops, .destroy = destroy, .query = query};

// ---- the module
static ote_status describe(ote_writer *writer) {
  static const char text[] =
    "{\"descriptor\": 1, \"name\": \"parrot\", \"version\": \"1.0.0\", \"title\": \"Parrot\","
    "\"components\": [{\"name\": \"model\", \"kind\": \"provider\", \"title\": \"A parrot\","
    "  \"summary\": \"Says what it is asked.\","
    "  \"inputs\": [{\"name\": \"model\", \"type\": \"model\", \"required\": false}],"
    "  \"outputs\": [{\"name\": \"model\", \"type\": \"model\"}], \"concurrency\": {\"generate\": 4},"
    "  \"config\": {\"type\": \"object\", \"additionalProperties\": false, \"properties\": {"
    "    \"voice\": {\"type\": \"string\", \"title\": \"Voice\", \"maxLength\": 40, \"default\": \"\"}}}}]}";
  return writer->write(writer, (ote_bytes){(const uint8_t *)text, sizeof text - 1});
}

static ote_status create(const ote_host *host, ote_str component, ote_str config, ote_instance **out,
                         const ote_instance_ops **out_ops, ote_error *error) {
  if (component.len != 5 || memcmp(component.ptr, "model", 5) != 0)
    return fail(error, OTE_E_NOT_FOUND, STR("parrot has one component: model."), STR(""));
  ote_instance *self = calloc(1, sizeof *self);
  if (!self) return fail(error, OTE_E_RESOURCE, STR("No memory for a parrot."), STR(""));
  self->runs = host->service(host, STR(OTE_SERVICE_RUN));
  char *voice = last_text(config, "voice");
  if (voice) snprintf(self->voice, sizeof self->voice, "%s", voice);
  free(voice);
  *out = self, *out_ops = &ops;
  return OTE_OK;
}

static const ote_module module = {.struct_size = sizeof module, .abi_built = OTE_ABI_CURRENT,
                                  .abi_needs = OTE_ABI(1, 1), .describe = describe, .create = create};

OTE_EXPORT const ote_module *ote_module_v1(uint32_t host_abi) {
  return host_abi >> 16 == OTE_ABI_MAJOR ? &module : NULL;
}
