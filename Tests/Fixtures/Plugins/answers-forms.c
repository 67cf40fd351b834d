// answers-forms.c - the source answers what forms ask, well or not, as `path` (check) and the typed text (list) say:
// "crashes", "exits", "hangs", "fails", "lies", "babbles" (no JSON), "floods" (2 MiB), "forgets" (fails without a
// reason), "tells" (its secret, in an error), "nests", "points" and "runs" (choices that are none); anything else is answered well.
#define _POSIX_C_SOURCE 200809L
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "fixture.h"

static ote_status tell(const struct instance *instance, ote_run *run, ote_error *error) {
  struct text secret;
  ote_status status = take_secret(instance, run, STR("TOKEN"), &secret, error);
  if (status < 0) return status;
  char message[1100];
  snprintf(message, sizeof message, "The server refuses %s.", secret.bytes);
  return answer(error, OTE_E_AUTH, 0, message, "{\"path\": \"/token\"}");
}

static ote_status flood(ote_writer *writer) {
  static uint8_t spaces[1 << 16];
  memset(spaces, ' ', sizeof spaces);
  for (int i = 0; i < 32; i++) writer->write(writer, (ote_bytes){spaces, sizeof spaces});
  return write_words(writer, "{}");
}

// OTE_END: answer well.
static ote_status misbehave(const char *how, const struct instance *instance, ote_run *run, ote_writer *writer,
                            ote_error *error) {
  if (same_word(how, "crashes")) raise(SIGSEGV);
  if (same_word(how, "exits")) exit(3);
  while (same_word(how, "hangs")) pause();
  if (same_word(how, "fails")) return answer(error, OTE_E_IO, 0, "The server is not there.", NULL);
  if (same_word(how, "lies")) return write_words(writer, "7");
  if (same_word(how, "babbles")) return write_words(writer, "{\"choices\": [");
  if (same_word(how, "floods")) return flood(writer);
  if (same_word(how, "forgets")) return OTE_E_IO;
  if (same_word(how, "tells")) return tell(instance, run, error);
  return OTE_END;
}

static ote_status check(ote_instance *self, ote_run *run, ote_writer *writer, ote_error *error) {
  const struct instance *instance = (struct instance *)self;
  ote_status status = misbehave(instance->path, instance, run, writer, error);
  if (status != OTE_END) return status;
  if (same_word(instance->path, "doubts")) return write_words(writer, "{\"ok\": false, \"message\": \"no table\"}");
  return write_words(
    writer, "{\"ok\": true, \"message\": \"%lld rows\", \"title\": \"Seen\", \"metrics\": [{\"name\": \"rows\", \"value\": %lld}]}",
    (long long)instance->rows, (long long)instance->rows);
}

static ote_status list(ote_instance *self, ote_run *run, ote_str field, ote_str query, ote_writer *writer,
                       ote_error *error) {
  const struct instance *instance = (struct instance *)self;
  char typed[64];
  snprintf(typed, sizeof typed, "%.*s", (int)query.len, query.len ? query.ptr : "");
  ote_status status = misbehave(typed, instance, run, writer, error);
  if (status != OTE_END) return status;
  if (same_word(typed, "nests")) return write_words(writer, "{\"choices\": [{\"value\": {\"a\": 1}}]}");
  if (same_word(typed, "points")) return write_words(writer, "{\"choices\": [{\"title\": \"nowhere\"}]}");
  if (same_word(typed, "runs")) return write_words(writer, "{\"choices\": [{\"link\": \"javascript:alert(1)\"}]}");
  if (same_word(typed, "opens"))
    return write_words(writer, "{\"choices\": [{\"link\": \"https://pages.example/x?y=1\", \"title\": \"Sign in\"}]}");
  return write_words(
    writer, "{\"choices\": [{\"value\": \"%s-%lld\", \"title\": \"%.*s\"}, {\"value\": 2}], \"more\": true}", typed,
    (long long)instance->rows, (int)field.len, field.ptr);
}

static ote_status describe(ote_writer *writer) {
  static const char text[] =
    "{\"descriptor\": 1, \"name\": \"answers-forms\", \"version\": \"1.0.0\", \"title\": \"Answers forms\","
    " \"components\": [{\"name\": \"source\", \"kind\": \"source\", \"title\": \"Source\","
    " \"summary\": \"Rows with a number each.\", \"outputs\": [{\"name\": \"table\", \"type\": \"table\"}],"
    " \"config\": {\"type\": \"object\", \"additionalProperties\": false, \"required\": [\"path\"], \"properties\": {"
    "\"path\": {\"type\": \"string\", \"minLength\": 1, \"x-options\": \"dynamic\"},"
    "\"rows\": {\"type\": \"integer\", \"minimum\": -1, \"default\": 200},"
    "\"token\": {\"type\": \"string\", \"x-secret\": true}}}, \"config_version\": 1},"
    "{\"name\": \"sink\", \"kind\": \"sink\", \"title\": \"Sink\", \"summary\": \"Counts rows.\","
    " \"inputs\": [{\"name\": \"table\", \"type\": \"table\"}],"
    " \"config\": {\"type\": \"object\", \"properties\": {\"path\": {\"type\": \"string\"}}}, \"config_version\": 1}]}";
  return writer->write(writer, (ote_bytes){(const uint8_t *)text, sizeof text - 1});
}
FIXTURE(.describe = describe, .check = check, .list = list);
