// Databases, connections and errors.
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include "core.h"
#include "signals.h"

void cduck_error_clear(cduck_error *error) {
  free(error->message);
  error->message = NULL;
  error->input_errno = 0;
}

int fail(cduck_error *error, const char *text, const char *fallback) {
  cduck_error_clear(error);
  error->message = strdup(text && *text ? text : fallback ? fallback : "unknown error");
  return 1;
}

int fail_query(cduck_error *error, cduck_database *database, const char *text, const char *fallback) {
  pthread_mutex_lock(&database->inputs.lock);
  const char *failure = database->inputs.failure;
  fail(error, failure ? failure : text, fallback);
  if (failure) error->input_errno = database->inputs.failure_errno;
  pthread_mutex_unlock(&database->inputs.lock);
  return 1;
}

int fail_data(cduck_error *error, duckdb_error_data data) {
  if (!data) return 0;
  fail(error, duck.error_data_message(data), NULL);
  duck.destroy_error_data(&data);
  return 1;
}

void signals_block(sigset_t *before) {
  static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT, SIGSYS};
  sigset_t blocked;
  sigfillset(&blocked);
  for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++) sigdelset(&blocked, crashes[i]);
  pthread_sigmask(SIG_SETMASK, &blocked, before);
}

static int open_handle(const char *const *settings, duckdb_database *out, cduck_error *error) {
  duckdb_config config = NULL;
  if (duck.create_config(&config)) return fail(error, "no memory for the configuration", NULL);
  for (; settings && settings[0]; settings += 2) duck.set_config(config, settings[0], settings[1]);
  char *message = NULL;
  int failed = 0;
  sigset_t before;
  signals_block(&before);  // the threads that DuckDB starts here inherit the mask
  // A setting that set_config did not know is refused here, with a message.
  if (duck.open_ext(NULL, out, config, &message)) {
    failed = fail(error, message, "the database could not be opened");
    duck.free(message);
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  duck.destroy_config(&config);
  return failed;
}

int cduck_open(const char *const *settings, cduck_database **out, cduck_error *error) {
  cduck_database *database = calloc(1, sizeof *database);
  if (!database) return fail(error, "out of memory", NULL);
  if (open_handle(settings, &database->handle, error)) {
    free(database);
    return 1;
  }
  inputs_start(&database->inputs);
  cduck_connection *connection = NULL;
  int failed = duck.connect(database->handle, &database->helper) != 0;
  if (failed) fail(error, "the database refused a connection", NULL);
  if (!failed) failed = cduck_connect(database, &connection, error);
  if (!failed) failed = scan_register(database, connection, error);
  cduck_disconnect(connection);
  if (failed) {
    cduck_close(database);
    return 1;
  }
  *out = database;
  return 0;
}

void cduck_close(cduck_database *database) {
  if (!database) return;
  if (database->helper) duck.disconnect(&database->helper);
  duck.close(&database->handle);
  inputs_clear(&database->inputs);
  pthread_mutex_destroy(&database->inputs.lock);
  free(database);
}

int cduck_connect(cduck_database *database, cduck_connection **out, cduck_error *error) {
  cduck_connection *connection = calloc(1, sizeof *connection);
  if (!connection) return fail(error, "out of memory", NULL);
  connection->database = database;
  if (duck.connect(database->handle, &connection->handle)) {
    free(connection);
    return fail(error, "the database refused a connection", NULL);
  }
  *out = connection;
  return 0;
}

void cduck_disconnect(cduck_connection *connection) {
  if (!connection) return;
  duck.disconnect(&connection->handle);
  free(connection);
}

int cduck_execute(cduck_connection *connection, const char *sql, cduck_error *error) {
  duckdb_result result;
  int failed = duck.query(connection->handle, sql, &result) != 0;
  if (failed) fail_query(error, connection->database, duck.result_error(&result), "the statement failed");
  duck.destroy_result(&result);
  return failed;
}

void cduck_interrupt(cduck_connection *connection) { duck.interrupt(connection->handle); }

cduck_progress_value cduck_progress(cduck_connection *connection) {
  duckdb_progress progress = duck.query_progress(connection->handle);
  return (cduck_progress_value){progress.percentage, progress.rows, progress.total_rows};
}
