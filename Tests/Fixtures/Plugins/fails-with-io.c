// fails-with-io.c - open of source and stage, write of the sink and begin of the check fail with a retryable OTE_E_IO,
// at every attempt.
#include "fixture.h"

static ote_status on_call(struct work *work, const char *call, ote_error *error) {
  int check = same_word(work->where, "check") && same_word(call, "begin");
  if (!check && !same_word(call, "open") && !same_word(call, "write")) return OTE_OK;
  return answer(error, OTE_E_IO, OTE_ERROR_RETRYABLE, "The server did not answer.", "{\"http_status\": 503}");
}
FIXTURE(.on_call = on_call);
