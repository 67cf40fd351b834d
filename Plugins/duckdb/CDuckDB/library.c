// Opens libduckdb and fills the function table.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core.h"

struct duckdb_api duck;

static pthread_mutex_t load_lock = PTHREAD_MUTEX_INITIALIZER;
static char library_folder[PATH_MAX];
static int loaded;

static int fill_table(void *library, cduck_error *error) {
  struct duckdb_api table;
#define X(result, name, parameters)                                                       \
  table.name = (result(*) parameters)dlsym(library, "duckdb_" #name);                     \
  if (!table.name) return fail(error, "it lacks the function duckdb_" #name, NULL);
  DUCKDB_FUNCTIONS(X)
#undef X
  duck = table;
  return 0;
}

static int check_version(void *library, cduck_error *error) {
  const char *(*version)(void) = (const char *(*)(void))dlsym(library, "duckdb_library_version");
  if (!version) return fail(error, "it is not a DuckDB library", NULL);
  int major = 0, minor = 0;
  char text[160];
  if (sscanf(version(), "v%d.%d", &major, &minor) == 2 && (major > 1 || (major == 1 && minor >= 4))) return 0;
  snprintf(text, sizeof text, "it is DuckDB %s, and 1.4 or later is needed", version());
  return fail(error, text, NULL);
}

static void note_folder(void) {
  Dl_info found;
  if (!dladdr((void *)duck.library_version, &found) || !found.dli_fname) return;
  char path[PATH_MAX];
  if (!realpath(found.dli_fname, path)) return;
  char *slash = strrchr(path, '/');
  if (slash) *slash = 0;
  memcpy(library_folder, path, sizeof path);
}

int cduck_load(const char *path, cduck_error *error) {
  pthread_mutex_lock(&load_lock);
  int failed = 0;
  if (!loaded) {
    // Never closed again: C++ symbols bound process-wide keep the image mapped anyway.
    // Lazily: of its 24,000 calls to itself a query makes few, and to bind them all takes a worker 8 ms.
    void *library = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
    if (!library) failed = fail(error, dlerror(), "it cannot be opened");
    if (!failed) failed = check_version(library, error);
    if (!failed) failed = fill_table(library, error);
    if (!failed) {
      note_folder();
      loaded = 1;
    }
  }
  pthread_mutex_unlock(&load_lock);
  return failed;
}

const char *cduck_library_version(void) { return duck.library_version ? duck.library_version() : NULL; }

const char *cduck_library_folder(void) { return library_folder[0] ? library_folder : NULL; }
