// registers-models - a sink whose commit publishes a model. The last part of `path` says which: NAME or NAME@ALIAS, with
// +REFERENCE behind it for what it was made from; a name that begins with "waits" blocks after it has published. Its
// provider is only described: a pipeline can name it, nobody can start it.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fixture.h"

static ote_status collect(ote_writer *writer, ote_bytes bytes) {
  char *text = writer->ctx;
  size_t used = strlen(text), room = 4095 - used, count = bytes.len < room ? (size_t)bytes.len : room;
  memcpy(text + used, bytes.ptr, count);
  text[used + count] = 0;
  return OTE_OK;
}

static ote_writer writer_of(char *text) {
  text[0] = 0;
  return (ote_writer){.struct_size = sizeof(ote_writer), .write = collect, .ctx = text};
}

static ote_str str(const char *text) { return (ote_str){text, strlen(text)}; }

static ote_status make_file(const ote_files_service *files, ote_run *run, const struct instance *instance, char *path,
                            ote_error *error) {
  ote_writer writer = writer_of(path);
  ote_status status = files->temp_dir(run, &writer, error);
  if (status < 0) return status;
  strcat(path, "/model.gguf");
  FILE *file = fopen(path, "w");
  if (!file) return answer(error, OTE_E_IO, 0, "The model cannot be written.", NULL);
  fprintf(file, "GGUF rows %lld", (long long)instance->seen_rows);
  return fclose(file) == 0 ? OTE_OK : answer(error, OTE_E_IO, 0, "The model cannot be written.", NULL);
}

static ote_status on_call(struct work *work, const char *call, ote_error *error) {
  static char path[4096], base[4096], metadata[8192], receipt[4096];
  struct instance *instance = work->instance;
  if (!same_word(call, "commit")) return OTE_OK;
  const ote_files_service *files = instance->host->service(instance->host, STR(OTE_SERVICE_FILES));
  if (!OTE_HAS(files, ote_files_service, fetch)) return answer(error, OTE_E_UNSUPPORTED, 0, "No files here.", NULL);

  char words[512];
  const char *slash = strrchr(instance->path, '/');
  snprintf(words, sizeof words, "%s", slash ? slash + 1 : instance->path);
  char *from = strchr(words, '+');
  if (from) *from++ = 0;
  char *alias = strchr(words, '@');
  if (alias) *alias++ = 0;

  strcpy(base, "null");
  if (from) {
    char reference[600];
    snprintf(reference, sizeof reference, "model:%s", from);
    ote_writer writer = writer_of(base);
    ote_status status = files->fetch(work->run, str(reference), &writer, error);
    if (status < 0) return status;
  }
  ote_status status = make_file(files, work->run, instance, path, error);
  if (status < 0) return status;
  snprintf(metadata, sizeof metadata,
           "{\"name\": \"%s\", \"alias\": \"%s\", \"format\": \"gguf\", \"license\": \"apache-2.0\", \"base\": %s}", words,
           alias ? alias : "", base);
  ote_writer writer = writer_of(receipt);
  status = files->publish(work->run, str(path), STR("model"), str(metadata), &writer, error);
  if (status >= 0 && !strstr(receipt, "\"path\""))
    return answer(error, OTE_E_INTERNAL, 0, "The receipt says no path.", NULL);
  const ote_log_service *log = instance->host->service(instance->host, STR(OTE_SERVICE_LOG));
  if (status >= 0 && OTE_HAS(log, ote_log_service, log))
    log->log(instance->host, work->run, OTE_LOG_INFO, STR("model published"), STR(""));
  while (status >= 0 && strncmp(words, "waits", 5) == 0 && !stop_asked(work)) wait_milliseconds(work, 20);
  return status;
}

static ote_status describe(ote_writer *writer) {
  static const char text[] =
    "{\"descriptor\": 1, \"name\": \"registers-models\", \"version\": \"1.0.0\", \"title\": \"Registers models\","
    " \"components\": [{\"name\": \"sink\", \"kind\": \"sink\", \"title\": \"Sink\", \"summary\": \"Publishes a model.\","
    " \"inputs\": [{\"name\": \"table\", \"type\": \"table\"}],"
    " \"config\": {\"type\": \"object\", \"properties\": {\"path\": {\"type\": \"string\"}}}, \"config_version\": 1},"
    "{\"name\": \"model\", \"kind\": \"provider\", \"title\": \"Model\", \"summary\": \"Is only described.\","
    " \"outputs\": [{\"name\": \"model\", \"type\": \"model\"}], \"config\": {\"type\": \"object\"}, \"config_version\": 1}]}";
  return writer->write(writer, (ote_bytes){(const uint8_t *)text, sizeof text - 1});
}
FIXTURE(.on_call = on_call, .describe = describe);
