// huge-struct-size.c - every table claims 2 GiB. A host that copies by struct_size alone reads far out of it; one that
// takes min(theirs, its own) works, one that refuses is right too.
#include "fixture.h"

__attribute__((constructor)) static void boast(void) {
  uint32_t huge = 0x7FFFFFFF;
  tables.ops.struct_size = tables.source.struct_size = tables.stage.struct_size = huge;
  tables.sink.struct_size = tables.check.struct_size = tables.stream_error.struct_size = huge;
  tables.module.struct_size = huge;
}
FIXTURE();
