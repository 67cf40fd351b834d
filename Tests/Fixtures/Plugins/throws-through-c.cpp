// throws-through-c.cpp - lets a C++ exception leave the plugin through C frames at its third batch.
#include <stdexcept>
#include "fixture.h"

static ote_status on_batch(struct work *work) {
  if (work->batch == 3) throw std::runtime_error("thrown across the boundary on purpose");
  return OTE_OK;
}

OTE_STAMP(OTE_ABI(1, 0));
FIXTURE_ENTRY
const struct hooks hooks = [] {
  struct hooks made = {};
  made.name = FIXTURE_NAME;
  made.on_batch = on_batch;
  return made;
}();
