// segfault-in-commit.c - the sink writes everything, then dies by a null write in commit.
#include "fixture.h"

static ote_status on_call(struct work *work, const char *call, ote_error *error) {
  static int *volatile nowhere = NULL;
  (void)work, (void)error;
  if (same_word(call, "commit")) *nowhere = 1;
  return OTE_OK;
}
FIXTURE(.on_call = on_call);
