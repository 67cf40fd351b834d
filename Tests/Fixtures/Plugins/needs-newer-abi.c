// needs-newer-abi.c - needs a host of ABI 1.99, and says so in stamp and module.
#include "fixture.h"

OTE_STAMP(OTE_ABI(1, 99));
__attribute__((constructor)) static void needs_newer(void) { tables.module.abi_needs = OTE_ABI(1, 99); }
FIXTURE_ENTRY
FIXTURE_HOOKS();
