/* duckdb_api.h - the part of DuckDB's C API (v1) that this core calls, declared anew, as a table of function pointers.
 *
 * Only shapes that DuckDB keeps stable stand here: opaque handles, two small structs, and functions. The table is
 * filled by name from the loaded library (library.c). */
#ifndef DUCKDB_API_H
#define DUCKDB_API_H
#include <stdbool.h>
#include <stdint.h>
#include "ote_arrow.h"

typedef uint64_t idx_t;
typedef int32_t duckdb_state; /* 0: success */

typedef struct duckdb_database_s *duckdb_database;
typedef struct duckdb_connection_s *duckdb_connection;
typedef struct duckdb_config_s *duckdb_config;
typedef struct duckdb_extracted_s *duckdb_extracted;
typedef struct duckdb_statement_s *duckdb_statement;
typedef struct duckdb_pending_s *duckdb_pending;
typedef struct duckdb_chunk_s *duckdb_chunk;
typedef struct duckdb_vector_s *duckdb_vector;
typedef struct duckdb_logical_type_s *duckdb_logical_type;
typedef struct duckdb_value_s *duckdb_value;
typedef struct duckdb_table_function_s *duckdb_table_function;
typedef struct duckdb_bind_s *duckdb_bind;
typedef struct duckdb_init_s *duckdb_init;
typedef struct duckdb_function_s *duckdb_function;
typedef struct duckdb_arrow_options_s *duckdb_arrow_options;
typedef struct duckdb_arrow_types_s *duckdb_arrow_types; /* upstream: duckdb_arrow_converted_schema */
typedef struct duckdb_error_data_s *duckdb_error_data;

/* Some functions take this by value: its size and alignment are part of DuckDB's ABI. */
typedef struct duckdb_result {
  idx_t deprecated_counts[3];
  void *deprecated_columns;
  char *deprecated_error;
  void *internal;
} duckdb_result;
_Static_assert(sizeof(duckdb_result) == 48, "duckdb_result is passed by value");

typedef struct duckdb_progress { double percentage; uint64_t rows; uint64_t total_rows; } duckdb_progress;

#define DUCKDB_TYPE_BIGINT 5

typedef void (*duckdb_delete)(void *);
typedef void (*duckdb_bind_fn)(duckdb_bind);
typedef void (*duckdb_init_fn)(duckdb_init);
typedef void (*duckdb_scan_fn)(duckdb_function, duckdb_chunk);

/* X(result, name without duckdb_, parameters) */
#define DUCKDB_FUNCTIONS(X)                                                                          \
  X(const char *, library_version, (void))                                                           \
  X(void, free, (void *))                                                                            \
  X(duckdb_state, create_config, (duckdb_config *))                                                  \
  X(duckdb_state, set_config, (duckdb_config, const char *name, const char *value))                  \
  X(void, destroy_config, (duckdb_config *))                                                         \
  X(duckdb_state, open_ext, (const char *path, duckdb_database *, duckdb_config, char **error))      \
  X(void, close, (duckdb_database *))                                                                \
  X(duckdb_state, connect, (duckdb_database, duckdb_connection *))                                   \
  X(void, disconnect, (duckdb_connection *))                                                         \
  X(void, interrupt, (duckdb_connection))                                                            \
  X(duckdb_progress, query_progress, (duckdb_connection))                                            \
  X(duckdb_state, query, (duckdb_connection, const char *sql, duckdb_result *))                      \
  X(void, destroy_result, (duckdb_result *))                                                         \
  X(const char *, result_error, (duckdb_result *))                                                   \
  X(idx_t, extract_statements, (duckdb_connection, const char *sql, duckdb_extracted *))             \
  X(const char *, extract_statements_error, (duckdb_extracted))                                      \
  X(void, destroy_extracted, (duckdb_extracted *))                                                   \
  X(duckdb_state, prepare_extracted_statement,                                                       \
    (duckdb_connection, duckdb_extracted, idx_t index, duckdb_statement *))                          \
  X(const char *, prepare_error, (duckdb_statement))                                                 \
  X(void, destroy_prepare, (duckdb_statement *))                                                     \
  X(idx_t, nparams, (duckdb_statement))                                                              \
  X(int32_t, prepared_statement_type, (duckdb_statement))                                            \
  X(idx_t, prepared_statement_column_count, (duckdb_statement))                                      \
  X(const char *, prepared_statement_column_name, (duckdb_statement, idx_t))                         \
  X(duckdb_logical_type, prepared_statement_column_logical_type, (duckdb_statement, idx_t))          \
  X(duckdb_state, pending_prepared_streaming, (duckdb_statement, duckdb_pending *))                  \
  X(const char *, pending_error, (duckdb_pending))                                                   \
  X(duckdb_state, execute_pending, (duckdb_pending, duckdb_result *))                                \
  X(void, destroy_pending, (duckdb_pending *))                                                       \
  X(duckdb_chunk, fetch_chunk, (duckdb_result))                                                      \
  X(void, destroy_data_chunk, (duckdb_chunk *))                                                      \
  X(idx_t, column_count, (duckdb_result *))                                                          \
  X(const char *, column_name, (duckdb_result *, idx_t))                                             \
  X(duckdb_logical_type, column_logical_type, (duckdb_result *, idx_t))                              \
  X(duckdb_arrow_options, result_get_arrow_options, (duckdb_result *))                               \
  X(void, connection_get_arrow_options, (duckdb_connection, duckdb_arrow_options *))                 \
  X(void, destroy_arrow_options, (duckdb_arrow_options *))                                           \
  X(duckdb_error_data, to_arrow_schema,                                                              \
    (duckdb_arrow_options, duckdb_logical_type *, const char **names, idx_t, struct ArrowSchema *))  \
  X(duckdb_error_data, data_chunk_to_arrow, (duckdb_arrow_options, duckdb_chunk, struct ArrowArray *)) \
  X(duckdb_error_data, schema_from_arrow, (duckdb_connection, struct ArrowSchema *, duckdb_arrow_types *)) \
  X(duckdb_error_data, data_chunk_from_arrow,                                                        \
    (duckdb_connection, struct ArrowArray *, duckdb_arrow_types, duckdb_chunk *))                    \
  X(void, destroy_arrow_converted_schema, (duckdb_arrow_types *))                                    \
  X(const char *, error_data_message, (duckdb_error_data))                                           \
  X(void, destroy_error_data, (duckdb_error_data *))                                                 \
  X(duckdb_logical_type, create_logical_type, (int32_t))                                             \
  X(void, destroy_logical_type, (duckdb_logical_type *))                                             \
  X(int64_t, get_int64, (duckdb_value))                                                              \
  X(void, destroy_value, (duckdb_value *))                                                           \
  X(duckdb_table_function, create_table_function, (void))                                            \
  X(void, destroy_table_function, (duckdb_table_function *))                                         \
  X(void, table_function_set_name, (duckdb_table_function, const char *))                            \
  X(void, table_function_add_parameter, (duckdb_table_function, duckdb_logical_type))                \
  X(void, table_function_set_extra_info, (duckdb_table_function, void *, duckdb_delete))             \
  X(void, table_function_set_bind, (duckdb_table_function, duckdb_bind_fn))                          \
  X(void, table_function_set_init, (duckdb_table_function, duckdb_init_fn))                          \
  X(void, table_function_set_local_init, (duckdb_table_function, duckdb_init_fn))                    \
  X(void, table_function_set_function, (duckdb_table_function, duckdb_scan_fn))                      \
  X(void, table_function_supports_projection_pushdown, (duckdb_table_function, bool))                \
  X(duckdb_state, register_table_function, (duckdb_connection, duckdb_table_function))               \
  X(void *, bind_get_extra_info, (duckdb_bind))                                                      \
  X(duckdb_value, bind_get_parameter, (duckdb_bind, idx_t))                                          \
  X(void, bind_add_result_column, (duckdb_bind, const char *, duckdb_logical_type))                  \
  X(void, bind_set_bind_data, (duckdb_bind, void *, duckdb_delete))                                  \
  X(void, bind_set_error, (duckdb_bind, const char *))                                               \
  X(void *, init_get_bind_data, (duckdb_init))                                                       \
  X(idx_t, init_get_column_count, (duckdb_init))                                                     \
  X(idx_t, init_get_column_index, (duckdb_init, idx_t))                                              \
  X(void, init_set_max_threads, (duckdb_init, idx_t))                                                \
  X(void, init_set_init_data, (duckdb_init, void *, duckdb_delete))                                  \
  X(void, init_set_error, (duckdb_init, const char *))                                               \
  X(void *, function_get_bind_data, (duckdb_function))                                               \
  X(void *, function_get_init_data, (duckdb_function))                                               \
  X(void *, function_get_local_init_data, (duckdb_function))                                         \
  X(void, function_set_error, (duckdb_function, const char *))                                       \
  X(duckdb_vector, data_chunk_get_vector, (duckdb_chunk, idx_t))                                     \
  X(void, data_chunk_set_size, (duckdb_chunk, idx_t))                                                \
  X(void, vector_reference_vector, (duckdb_vector to, duckdb_vector from))                           \
  X(duckdb_logical_type, vector_get_column_type, (duckdb_vector))

struct duckdb_api {
#define X(result, name, parameters) result(*name) parameters;
  DUCKDB_FUNCTIONS(X)
#undef X
};
/* Filled by cduck_load; every pointer is valid from then on. */
extern struct duckdb_api duck;

#endif
