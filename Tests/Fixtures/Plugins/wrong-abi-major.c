// wrong-abi-major.c - ote_module_v1 answers NULL: this plugin knows no host of this major.
#include "fixture.h"

OTE_STAMP(OTE_ABI(1, 0));
OTE_EXPORT const ote_module *ote_module_v1(uint32_t host_abi) { return (void)host_abi, NULL; }
FIXTURE_HOOKS();
