// tells-secrets.c - the stage takes the secret CANARY and tells it wherever it can; then what `path` says: "fails",
// "crashes" or "waits" until it is stopped.
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include "fixture.h"

static void tell(struct work *work, const char *secret) {
  const ote_host *host = work->instance->host;
  printf("printed: %s\n", secret);
  fprintf(stderr, "complained: user:%s@example\n", secret);
  fflush(stdout);
  const ote_log_service *logs = host->service(host, STR(OTE_SERVICE_LOG));
  char fields[2200];
  snprintf(fields, sizeof fields, "{\"%s\": [\"%s\"]}", secret, secret);
  logs->log(host, work->run, OTE_LOG_WARNING, (ote_str){secret, strlen(secret)}, (ote_str){fields, strlen(fields)});
  work->instance->runs->progress(work->run, 1, 2, (ote_str){secret, strlen(secret)});
  const ote_metrics_service *metrics = host->service(host, STR(OTE_SERVICE_METRICS));
  metrics->record(work->run, (ote_str){secret, strlen(secret)}, 1, STR("x"), STR("{}"));
}

static ote_status on_call(struct work *work, const char *call, ote_error *error) {
  if (!same_word(work->where, "stage") || !same_word(call, "open")) return OTE_OK;
  struct text secret;
  ote_status status = take_secret(work->instance, work->run, STR("CANARY"), &secret, error);
  if (status < 0) return status;
  tell(work, secret.bytes);
  if (same_word(work->instance->path, "crashes")) {
    printf("half a line of %s", secret.bytes);
    fflush(stdout);
    // The worker has taken it out of the pipe by then, and must not take it along.
    for (int waiting = 1; ioctl(1, FIONREAD, &waiting) == 0 && waiting > 0;) sched_yield();
    raise(SIGSEGV);
  }
  char message[1100], details[1100];
  snprintf(message, sizeof message, "The server refuses %s.", secret.bytes);
  snprintf(details, sizeof details, "{\"next\": \"Do not use %s.\"}", secret.bytes);
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
