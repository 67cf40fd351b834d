// no-stamp.c - a working plugin without the ELF note.
#include "fixture.h"

FIXTURE_ENTRY
FIXTURE_HOOKS();
