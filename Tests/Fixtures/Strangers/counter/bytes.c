// bytes.c - how many bytes the rows of an Arrow array take, for the sink's count.
#include <stdlib.h>
#include <string.h>
#include "counter.h"

// Width in bits of a fixed-width format, 0 for every other.
static int64_t width(const char *format) {
  switch (format[0]) {
  case 'b': return 1;
  case 'c': case 'C': return 8;
  case 's': case 'S': case 'e': return 16;
  case 'i': case 'I': case 'f': return 32;
  case 'l': case 'L': case 'g': return 64;
  case 'v': return 128; // views; their text is not counted
  case 'w': return 8 * strtoll(format + 2, NULL, 10);
  case 'd': { // d:precision,scale[,bits]
    const char *comma = strchr(format, ',');
    const char *bits = comma ? strchr(comma + 1, ',') : NULL;
    return bits ? strtoll(bits + 1, NULL, 10) : 128;
  }
  case 't': // dates, times, timestamps, durations, intervals
    if (strcmp(format, "tin") == 0) return 128;
    return strcmp(format, "tdD") == 0 || strcmp(format, "tts") == 0 || strcmp(format, "ttm") == 0
        || strcmp(format, "tiM") == 0 ? 32 : 64;
  default: return 0;
  }
}

int64_t array_bytes(const struct ArrowSchema *schema, const struct ArrowArray *array) {
  const char *format = schema->format;
  int64_t bytes = 0, length = array->length, offset = array->offset;
  if (array->n_buffers > 0 && array->buffers[0] && format[0] != 'n') bytes += (length + 7) / 8; // validity
  if ((format[0] == 'u' || format[0] == 'z') && length > 0) {
    const int32_t *offsets = array->buffers[1];
    bytes += (length + 1) * 4 + offsets[offset + length] - offsets[offset];
  } else if ((format[0] == 'U' || format[0] == 'Z') && length > 0) {
    const int64_t *offsets = array->buffers[1];
    bytes += (length + 1) * 8 + offsets[offset + length] - offsets[offset];
  } else {
    bytes += (length * width(format) + 7) / 8;
  }
  for (int64_t i = 0; i < array->n_children && i < schema->n_children; i++)
    bytes += array_bytes(schema->children[i], array->children[i]);
  if (array->dictionary && schema->dictionary) bytes += array_bytes(schema->dictionary, array->dictionary);
  return bytes;
}
