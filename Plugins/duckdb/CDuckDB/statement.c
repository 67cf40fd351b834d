// Prepared statements and their results as Arrow.
#include <stdlib.h>
#include <string.h>
#include "core.h"

struct cduck_statement {
  cduck_connection *connection;
  duckdb_statement handle;
};

struct cduck_result {
  cduck_connection *connection;
  duckdb_result handle;
  duckdb_arrow_options options;
};

int cduck_prepare(cduck_connection *connection, const char *sql, cduck_statement **out, cduck_error *error) {
  duckdb_extracted extracted = NULL;
  idx_t count = duck.extract_statements(connection->handle, sql, &extracted);
  if (count != 1) {
    const char *text = extracted ? duck.extract_statements_error(extracted) : NULL;
    fail(error, text, count ? "there is more than one statement" : "there is no statement");
    duck.destroy_extracted(&extracted);
    return 1;
  }
  duckdb_statement handle = NULL;
  int failed = duck.prepare_extracted_statement(connection->handle, extracted, 0, &handle) != 0;
  duck.destroy_extracted(&extracted);
  if (failed) fail_query(error, connection->database, duck.prepare_error(handle), "it cannot be prepared");
  cduck_statement *statement = failed ? NULL : calloc(1, sizeof *statement);
  if (!statement) {
    duck.destroy_prepare(&handle);
    return failed ? 1 : fail(error, "out of memory", NULL);
  }
  statement->connection = connection;
  statement->handle = handle;
  *out = statement;
  return 0;
}

void cduck_statement_free(cduck_statement *statement) {
  if (!statement) return;
  duck.destroy_prepare(&statement->handle);
  free(statement);
}

int32_t cduck_statement_type(cduck_statement *statement) { return duck.prepared_statement_type(statement->handle); }

uint64_t cduck_statement_parameters(cduck_statement *statement) { return duck.nparams(statement->handle); }

// The names and types of some columns, on their way to an Arrow schema.
struct columns {
  idx_t count;
  const char **names;
  duckdb_logical_type *types;
};

static int columns_start(struct columns *columns, idx_t count, cduck_error *error) {
  columns->count = count;
  columns->names = calloc((size_t)count + 1, sizeof *columns->names);
  columns->types = calloc((size_t)count + 1, sizeof *columns->types);
  return columns->names && columns->types ? 0 : fail(error, "out of memory", NULL);
}

static void columns_end(struct columns *columns) {
  for (idx_t i = 0; columns->types && i < columns->count; i++) {
    if (columns->types[i]) duck.destroy_logical_type(&columns->types[i]);
  }
  free(columns->types);
  free(columns->names);
}

int cduck_statement_schema(cduck_statement *statement, struct ArrowSchema *out, cduck_error *error) {
  struct columns columns;
  duckdb_arrow_options options = NULL;
  int failed = columns_start(&columns, duck.prepared_statement_column_count(statement->handle), error);
  for (idx_t i = 0; !failed && i < columns.count; i++) {
    columns.names[i] = duck.prepared_statement_column_name(statement->handle, i);
    columns.types[i] = duck.prepared_statement_column_logical_type(statement->handle, i);
    if (!columns.types[i]) failed = fail(error, "the type of a column is not known before it runs", NULL);
  }
  if (!failed) {
    duck.connection_get_arrow_options(statement->connection->handle, &options);
    failed = fail_data(error, duck.to_arrow_schema(options, columns.types, columns.names, columns.count, out));
    duck.destroy_arrow_options(&options);
  }
  for (idx_t i = 0; columns.names && i < columns.count; i++) duck.free((void *)columns.names[i]);
  columns_end(&columns);
  return failed;
}

int cduck_start(cduck_statement *statement, cduck_result **out, cduck_error *error) {
  cduck_database *database = statement->connection->database;
  cduck_result *result = calloc(1, sizeof *result);
  if (!result) return fail(error, "out of memory", NULL);
  result->connection = statement->connection;
  duckdb_pending pending = NULL;
  int failed = duck.pending_prepared_streaming(statement->handle, &pending) != 0;
  if (failed) {
    fail_query(error, database, pending ? duck.pending_error(pending) : NULL, "the query could not be started");
  } else if (duck.execute_pending(pending, &result->handle)) {
    failed = fail_query(error, database, duck.result_error(&result->handle), "the query failed");
    duck.destroy_result(&result->handle);
  }
  duck.destroy_pending(&pending);
  if (failed) {
    free(result);
    return 1;
  }
  result->options = duck.result_get_arrow_options(&result->handle);
  *out = result;
  return 0;
}

int cduck_result_schema(cduck_result *result, struct ArrowSchema *out, cduck_error *error) {
  struct columns columns;
  int failed = columns_start(&columns, duck.column_count(&result->handle), error);
  for (idx_t i = 0; !failed && i < columns.count; i++) {
    columns.names[i] = duck.column_name(&result->handle, i);
    columns.types[i] = duck.column_logical_type(&result->handle, i);
  }
  if (!failed) {
    failed = fail_data(
        error, duck.to_arrow_schema(result->options, columns.types, columns.names, columns.count, out));
  }
  columns_end(&columns);
  return failed;
}

int cduck_result_next(cduck_result *result, struct ArrowArray *out, cduck_error *error) {
  memset(out, 0, sizeof *out);
  duckdb_chunk chunk = duck.fetch_chunk(result->handle);
  if (!chunk) {
    const char *text = duck.result_error(&result->handle);
    return text && *text ? fail_query(error, result->connection->database, text, NULL) : 0;
  }
  int failed = fail_data(error, duck.data_chunk_to_arrow(result->options, chunk, out));
  duck.destroy_data_chunk(&chunk);
  return failed;
}

void cduck_result_free(cduck_result *result) {
  if (!result) return;
  duck.destroy_result(&result->handle);
  if (result->options) duck.destroy_arrow_options(&result->options);
  free(result);
}
