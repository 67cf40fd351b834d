// hangs-in-constructor.c - dlopen never returns.
#define _POSIX_C_SOURCE 200809L
#include <unistd.h>
#include "fixture.h"

__attribute__((constructor)) static void hang(void) {
  for (;;) pause();
}
FIXTURE();
