// error-after-ok.c - open, write and finish call error->set() and then answer OTE_OK all the same.
#include "fixture.h"

static void after_call(const char *call, ote_error *error) {
  if (same_word(call, "open") || same_word(call, "write") || same_word(call, "finish"))
    answer(error, OTE_E_IO, 0, "Set although all went well.", NULL);
}
FIXTURE(.after_call = after_call);
