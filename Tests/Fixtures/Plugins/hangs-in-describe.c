// hangs-in-describe.c - describe never returns.
#define _POSIX_C_SOURCE 200809L
#include <unistd.h>
#include "fixture.h"

static ote_status describe(ote_writer *writer) {
  while (pause() != 0) continue; // it only ever answers -1
  return fixture_describe(writer);
}
FIXTURE(.describe = describe);
