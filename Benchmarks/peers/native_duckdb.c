// native_duckdb LIBRARY SQL: one statement in DuckDB with two threads, and nothing else: the least that DuckDB can cost.
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct { uint64_t a[3]; void *b[3]; } duckdb_result; // 48 bytes, only ever passed by pointer here

static void *library;

static void *function(const char *name) {
  void *found = dlsym(library, name);
  if (!found) fprintf(stderr, "no %s in the library\n", name), exit(1);
  return found;
}

int main(int argc, char **argv) {
  if (argc != 3) return fprintf(stderr, "usage: native_duckdb LIBRARY SQL\n"), 2;
  library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  if (!library) return fprintf(stderr, "%s\n", dlerror()), 1;
  int (*open)(const char *, void **) = function("duckdb_open");
  int (*connect)(void *, void **) = function("duckdb_connect");
  int (*query)(void *, const char *, duckdb_result *) = function("duckdb_query");
  const char *(*error)(duckdb_result *) = function("duckdb_result_error");
  void (*destroy)(duckdb_result *) = function("duckdb_destroy_result");
  void (*disconnect)(void **) = function("duckdb_disconnect");
  void (*close)(void **) = function("duckdb_close");

  void *database, *connection;
  if (open(NULL, &database) != 0 || connect(database, &connection) != 0) return fprintf(stderr, "cannot open\n"), 1;
  const char *statements[] = {"SET threads = 2", argv[2]};
  for (int i = 0; i < 2; i++) {
    duckdb_result result;
    if (query(connection, statements[i], &result) != 0) return fprintf(stderr, "%s\n", error(&result)), 1;
    destroy(&result);
  }
  disconnect(&connection);
  close(&database);
  return 0;
}
