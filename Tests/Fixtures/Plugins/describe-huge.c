// describe-huge.c - describe writes without end and does not care that the host takes no more.
#include "fixture.h"

static ote_status describe(ote_writer *writer) {
  static const uint8_t blanks[65536] = "{";
  ote_status status = OTE_OK;
  while (status != OTE_END) status = writer->write(writer, (ote_bytes){blanks, sizeof blanks}); // never OTE_END
  return status;
}
FIXTURE(.describe = describe);
