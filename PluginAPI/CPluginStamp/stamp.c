// The ELF note of every Swift plugin: PluginKit links this file into the shared object.
#include "ote_plugin.h"
#include "ote_stamp.h"
OTE_STAMP(OTE_ABI(1, 0));
const void *ote_stamp_anchor(void) { return &ote_stamp_; }
