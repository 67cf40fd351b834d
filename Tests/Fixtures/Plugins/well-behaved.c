// well-behaved.c - does nothing wrong: the fixture to compare the others with.
#include "fixture.h"

FIXTURE();
