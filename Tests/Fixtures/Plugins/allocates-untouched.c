// allocates-untouched.c - reserves 64 GiB of addresses, touches none, and does its work: no harm, whatever a limit on
// addresses thinks of it.
#define _GNU_SOURCE
#include <sys/mman.h>
#include "fixture.h"

static ote_status on_batch(struct work *work) {
  if (work->batch != 3) return OTE_OK;
  void *reserved = mmap(NULL, 64ull << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (reserved == MAP_FAILED) return failure(work, OTE_E_RESOURCE, 0, "64 GiB of addresses were refused.", NULL);
  return OTE_OK;
}
FIXTURE(.on_batch = on_batch);
