// crashes-in-constructor.c - dlopen dies by a null write.
#include "fixture.h"

__attribute__((constructor)) static void crash(void) {
  static int *volatile nowhere = NULL;
  *nowhere = 1;
}
FIXTURE();
