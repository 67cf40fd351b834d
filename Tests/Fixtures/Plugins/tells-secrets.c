// tells-secrets.c - the stage takes the secret CANARY and tells it wherever it can; then what `path` says: "fails",
// "crashes" or "waits" until it is stopped.
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include "fixture.h"

struct text { ote_writer writer; char bytes[256]; size_t length; };

static ote_status collect(ote_writer *writer, ote_bytes bytes) {
  struct text *text = writer->ctx;
  if (text->length + bytes.len >= sizeof text->bytes) return OTE_E_RESOURCE;
  memcpy(text->bytes + text->length, bytes.ptr, bytes.len);
  text->length += bytes.len;
  return OTE_OK;
}

static void tell(struct work *work, const char *secret) {
  const ote_host *host = work->instance->host;
  printf("printed: %s\n", secret);
  fprintf(stderr, "complained: user:%s@example\n", secret);
  fflush(stdout);
  const ote_log_service *logs = host->service(host, STR(OTE_SERVICE_LOG));
  char fields[800];
  snprintf(fields, sizeof fields, "{\"%s\": [\"%s\"]}", secret, secret);
  logs->log(host, work->run, OTE_LOG_WARNING, (ote_str){secret, strlen(secret)}, (ote_str){fields, strlen(fields)});
  work->instance->runs->progress(work->run, 1, 2, (ote_str){secret, strlen(secret)});
  const ote_metrics_service *metrics = host->service(host, STR(OTE_SERVICE_METRICS));
  metrics->record(work->run, (ote_str){secret, strlen(secret)}, 1, STR("x"), STR("{}"));
}

static ote_status on_call(struct work *work, const char *call, ote_error *error) {
  if (!same_word(work->where, "stage") || !same_word(call, "open")) return OTE_OK;
  const ote_host *host = work->instance->host;
  const ote_secrets_service *secrets = host->service(host, STR(OTE_SERVICE_SECRETS));
  if (!OTE_HAS(secrets, ote_secrets_service, get)) return answer(error, OTE_E_DENIED, 0, "No secrets here.", NULL);
  struct text text = {.writer = {.struct_size = sizeof text.writer, .write = collect}};
  text.writer.ctx = &text;
  ote_status status = secrets->get(work->run, STR("CANARY"), &text.writer, error);
  if (status < 0) return status;
  tell(work, text.bytes);
  if (same_word(work->instance->path, "crashes")) {
    printf("half a line of %s", text.bytes);
    fflush(stdout);
    raise(SIGSEGV);
  }
  char message[800], details[800];
  snprintf(message, sizeof message, "The server refuses %s.", text.bytes);
  snprintf(details, sizeof details, "{\"next\": \"Do not use %s.\"}", text.bytes);
  return same_word(work->instance->path, "fails") ? answer(error, OTE_E_AUTH, 0, message, details) : OTE_OK;
}

static ote_status on_batch(struct work *work) {
  if (!same_word(work->where, "stage") || !same_word(work->instance->path, "waits")) return OTE_OK;
  printf("is waiting\n");
  fflush(stdout);
  while (!stop_asked(work)) wait_milliseconds(work, 60000);
  return failure(work, OTE_E_CANCELLED, 0, "Stopped as asked.", NULL);
}

static ote_status describe(ote_writer *writer) {
  static const char text[] =
    "{\"descriptor\": 1, \"name\": \"tells-secrets\", \"version\": \"1.0.0\", \"title\": \"Tells secrets\","
    " \"components\": [{\"name\": \"stage\", \"kind\": \"stage\", \"title\": \"Stage\", \"summary\": \"Tells a secret.\","
    " \"inputs\": [{\"name\": \"table\", \"type\": \"table\"}], \"outputs\": [{\"name\": \"table\", \"type\": \"table\"}],"
    " \"config\": {\"type\": \"object\", \"additionalProperties\": false, \"properties\": {"
    "\"token\": {\"type\": \"string\", \"x-secret\": true}, \"path\": {\"type\": \"string\"}}}, \"config_version\": 1}]}";
  return writer->write(writer, (ote_bytes){(const uint8_t *)text, sizeof text - 1});
}
FIXTURE(.on_call = on_call, .on_batch = on_batch, .describe = describe);
