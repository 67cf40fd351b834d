// numbers.h - the three columns of `numbers` as Arrow schemas and batches.
#ifndef COUNTER_NUMBERS_H
#define COUNTER_NUMBERS_H
#include "json.h"

enum { COLUMN_N, COLUMN_X, COLUMN_S, COLUMN_COUNT };

// Columns in the order the reader wants them.
struct columns { int count, kinds[COLUMN_COUNT]; };
extern const struct columns all_columns;

int columns_add(struct columns *columns, struct json name);                       // -1: unknown, or there already
int columns_schema(const struct columns *columns, struct ArrowSchema *out);       // 0 or ENOMEM
int columns_batch(const struct columns *columns, int64_t first, int64_t count, struct ArrowArray *out);
#endif
