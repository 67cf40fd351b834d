// json.h - reads the JSON a host hands over. Values are spans of the text: nothing is copied until asked for.
#ifndef COUNTER_JSON_H
#define COUNTER_JSON_H
#include "ote_plugin.h"

struct json { const char *at, *end; };

// 1 if the whole text is one JSON value. An empty text reads as an empty object.
int json_document(ote_str text, struct json *value);
// 1 if object is an object with that member. Keys are compared as written, without escapes.
int json_member(struct json object, const char *key, struct json *value);
// Takes the next element off an array: start with *rest = the array; 0 at the end or when it is none.
int json_element(struct json *rest, struct json *value);
// 1 if the value is a whole number that fits.
int json_int64(struct json value, int64_t *number);
// 1 if the value is a string equal to text; strings with escapes never are.
int json_equals(struct json value, const char *text);
#endif
