// crashes-in-describe.c - describe writes through a null pointer.
#include "fixture.h"

static ote_status describe(ote_writer *writer) {
  static int *volatile nowhere = NULL;
  *nowhere = 1;
  return fixture_describe(writer);
}
FIXTURE(.describe = describe);
