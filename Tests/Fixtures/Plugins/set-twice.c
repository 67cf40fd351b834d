// set-twice.c - open, write and finish fail and call error->set() twice, with different words.
#include "fixture.h"

static ote_status on_call(struct work *work, const char *call, ote_error *error) {
  (void)work;
  if (!same_word(call, "open") && !same_word(call, "write") && !same_word(call, "finish")) return OTE_OK;
  answer(error, OTE_E_IO, 0, "The first words.", NULL);
  return answer(error, OTE_E_DATA, 0, "The second words.", NULL);
}
FIXTURE(.on_call = on_call);
