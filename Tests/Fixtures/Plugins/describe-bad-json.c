// describe-bad-json.c - the descriptor breaks off in the middle.
#include "fixture.h"

static ote_status describe(ote_writer *writer) {
  return write_words(writer, "{\"descriptor\": 1, \"name\": \"%s\", \"components\": [{\"name\": ", hooks.name);
}
FIXTURE(.describe = describe);
