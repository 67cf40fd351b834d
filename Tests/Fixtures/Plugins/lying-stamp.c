// lying-stamp.c - the stamp says built with ABI 1.3, the module says 1.0. Either alone would pass.
#include "fixture.h"

__attribute__((used, section(".note.ote"), aligned(4))) static const struct {
  uint32_t name_size, descriptor_size, type;
  char owner[4];
  uint32_t words[4];
} stamp = {4, 16, 1, {'O', 'T', 'E', 0}, {OTE_STAMP_MAGIC, OTE_ABI(1, 3), OTE_ABI(1, 0), 0}};
FIXTURE_ENTRY
FIXTURE_HOOKS();
