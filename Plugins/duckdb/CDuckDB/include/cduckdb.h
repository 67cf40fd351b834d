/* cduckdb.h - the C core of the duckdb plugin: libduckdb at arm's length.
 *
 * libduckdb is opened at run time (cduck_load) through a table of function pointers, so the plugin
 * needs no header and no library to build. What the rest of the plugin needs is here and no more:
 * an in-memory database, connections, Arrow streams as tables, statements, and results as Arrow arrays.
 *
 * THREADS  A connection and what hangs on it is used by one thread at a time. cduck_interrupt,
 *          cduck_progress and the watch functions may be called from any thread.
 * ERRORS   A function that answers int answers 0, or fills the cduck_error and answers non-zero. */
#ifndef CDUCKDB_H
#define CDUCKDB_H
#include <stdint.h>
#include "ote_arrow.h"

/* message is malloc'ed, NULL when there is none; cduck_error_clear frees it. input_errno is not 0 when
 * an input stream failed: the message is then that stream's own words, untouched. */
typedef struct cduck_error { char *message; int32_t input_errno; int32_t reserved0; } cduck_error;
void cduck_error_clear(cduck_error *);

/* ---- the library */

/* Opens libduckdb at path and checks its version (1.4 or later) and every function that is needed.
 * Once per process: after the first success later calls do nothing. Safe from several threads. */
int cduck_load(const char *path, cduck_error *);
/* "v1.5.5"; the folder of the loaded file, without a slash at the end; NULL before cduck_load. */
const char *cduck_library_version(void);
const char *cduck_library_folder(void);

/* ---- databases and connections */

typedef struct cduck_database cduck_database;
typedef struct cduck_connection cduck_connection;

/* A fresh in-memory database. settings: name, value, name, value, ..., NULL. */
int cduck_open(const char *const *settings, cduck_database **out, cduck_error *);
/* Disconnect every connection first. Releases the input streams that are left. */
void cduck_close(cduck_database *);

int cduck_connect(cduck_database *, cduck_connection **out, cduck_error *);
void cduck_disconnect(cduck_connection *);
/* Runs the statements in sql and drops their results. */
int cduck_execute(cduck_connection *, const char *sql, cduck_error *);
/* Stops the query that runs, or the next step of a streaming result. [any thread] */
void cduck_interrupt(cduck_connection *);
/* Percentage (-1: unknown), rows done and rows expected of the running query. [any thread] */
typedef struct cduck_progress_value { double percentage; uint64_t rows; uint64_t total_rows; } cduck_progress_value;
cduck_progress_value cduck_progress(cduck_connection *);

/* ---- inputs: Arrow streams as tables
 *
 * SQL reads input N as `arrow_input(N)`; a view gives it a name. Scanning is zero-copy, pulls only what is asked for,
 * and knows which columns are wanted. A stream can be scanned once. */

/* Moves the stream in (sets its release to NULL), also when it fails. */
int cduck_add_input(cduck_database *, struct ArrowArrayStream *stream, int64_t *id, cduck_error *);
/* How many times SQL has referred to the input so far. */
int32_t cduck_input_references(cduck_database *, int64_t id);
/* Releases all inputs. No statement that reads one may be left. */
void cduck_clear_inputs(cduck_database *);

/* ---- statements and results */

typedef struct cduck_statement cduck_statement;
typedef struct cduck_result cduck_result;

#define CDUCK_STATEMENT_SELECT 1

/* sql must hold exactly one statement. */
int cduck_prepare(cduck_connection *, const char *sql, cduck_statement **out, cduck_error *);
void cduck_statement_free(cduck_statement *);
int32_t cduck_statement_type(cduck_statement *);
uint64_t cduck_statement_parameters(cduck_statement *);
/* The columns it will answer; the caller owns *out. */
int cduck_statement_schema(cduck_statement *, struct ArrowSchema *out, cduck_error *);

/* Starts the statement, streaming. The statement must outlive the result. */
int cduck_start(cduck_statement *, cduck_result **out, cduck_error *);
/* The next batch (at most 2048 rows), owned by the caller; out->release is NULL at the end. */
int cduck_result_next(cduck_result *, struct ArrowArray *out, cduck_error *);
int cduck_result_schema(cduck_result *, struct ArrowSchema *out, cduck_error *);
/* Ends the query if it has not ended. */
void cduck_result_free(cduck_result *);

/* ---- watching a running query */

typedef struct cduck_watch cduck_watch;
/* Called about five times a second on the watch's own thread; answers non-zero to stop the query. */
typedef int32_t (*cduck_tick)(void *context, cduck_progress_value progress);
/* Starts a thread that interrupts the connection's query once cancel_fd (-1: none) is readable or tick
 * says so. Answers NULL if no thread can be had. */
cduck_watch *cduck_watch_start(cduck_connection *, int32_t cancel_fd, cduck_tick tick, void *context);
/* Joins the thread; tick is not called after it. */
void cduck_watch_stop(cduck_watch *);

#endif
