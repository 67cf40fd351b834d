// fails-in-commit.c - the sink writes everything and then cannot commit.
#include "fixture.h"

static ote_status on_call(struct work *work, const char *call, ote_error *error) {
  (void)work;
  return same_word(call, "commit") ? answer(error, OTE_E_IO, 0, "The target refused the commit.", NULL) : OTE_OK;
}
FIXTURE(.on_call = on_call);
