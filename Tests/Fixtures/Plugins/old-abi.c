// old-abi.c - stands for a plugin built with a smaller header: its ops end before `interrupt`, and what lies there is
// poison. It works; a host that reads past struct_size jumps to nowhere.
#include <string.h>
#include "fixture.h"

__attribute__((constructor)) static void grow_old(void) {
  tables.ops.struct_size = OTE_END_OF(ote_instance_ops, query);
  memset((char *)&tables.ops + tables.ops.struct_size, 0xFF, sizeof tables.ops - tables.ops.struct_size);
}
FIXTURE();
