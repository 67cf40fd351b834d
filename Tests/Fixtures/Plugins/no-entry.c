// no-entry.c - has the stamp of a plugin but does not export ote_module_v1.
#include "fixture.h"

OTE_STAMP(OTE_ABI(1, 0));
FIXTURE_HOOKS();
