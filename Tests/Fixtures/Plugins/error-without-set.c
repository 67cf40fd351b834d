// error-without-set.c - open, write and finish answer OTE_E_IO and never say why.
#include "fixture.h"

static ote_status on_call(struct work *work, const char *call, ote_error *error) {
  (void)work, (void)error;
  return same_word(call, "open") || same_word(call, "write") || same_word(call, "finish") ? OTE_E_IO : OTE_OK;
}
FIXTURE(.on_call = on_call);
