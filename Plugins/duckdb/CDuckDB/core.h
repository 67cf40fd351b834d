/* core.h - what the files of this core share. */
#ifndef CDUCK_CORE_H
#define CDUCK_CORE_H
#include <pthread.h>
#include "cduckdb.h"
#include "duckdb_api.h"

/* Rows in one DuckDB vector: the most a table function may hand out at once. */
#define VECTOR_ROWS 2048

/* An Arrow stream that SQL may read. Filled before its id is known to anyone; afterwards only `taken`,
 * `references` and the failure change, under the registry's lock, and the stream under its own. */
struct input {
  struct ArrowArrayStream stream;
  struct ArrowSchema schema;
  pthread_mutex_t pull; /* serialises get_next */
  int taken;
  int32_t references;
};

/* The inputs of one database. Ids are indexes, so a query cannot forge a pointer. */
struct inputs {
  pthread_mutex_t lock;
  struct input **items;
  int64_t count, capacity;
  char *failure; /* the words of the first stream that failed */
  int32_t failure_errno;
};

struct cduck_database {
  duckdb_database handle;
  duckdb_connection helper; /* for conversions inside the table function; runs no query */
  struct inputs inputs;
};

struct cduck_connection {
  cduck_database *database;
  duckdb_connection handle;
};

/* Copies text (NULL: fallback) into the error and answers 1. */
int fail(cduck_error *, const char *text, const char *fallback);
/* The same, but the words of a failed input stream win over DuckDB's. */
int fail_query(cduck_error *, cduck_database *, const char *text, const char *fallback);
/* Copies and frees an error_data; answers 1, or 0 where data is NULL. */
int fail_data(cduck_error *, duckdb_error_data data);

void inputs_start(struct inputs *);
void inputs_clear(struct inputs *);
/* Makes the table function arrow_input(id) known to the database (scan.c). */
int scan_register(cduck_database *, cduck_connection *, cduck_error *);

/* A batch that several DuckDB vectors point into; released with the last of them. */
struct batch {
  struct ArrowArray array;
  int32_t references;
};
void batch_release(struct batch *);
/* Fills in counts of nulls that DuckDB relies on. */
void batch_count_nulls(struct ArrowArray *);
/* A one-column array over rows [offset, offset + count) of a column, holding a reference to the batch. */
int batch_slice(struct batch *, int64_t column, int64_t offset, int64_t count, struct ArrowArray *out);
/* An array of no rows with one column shaped like schema; release frees it. */
int empty_array(const struct ArrowSchema *schema, struct ArrowArray *out);

#endif
