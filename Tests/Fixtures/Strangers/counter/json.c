// json.c - see json.h. One recursive skip() knows the grammar; everything else walks spans with it.
#include "json.h"
#include <string.h>

enum { MAX_DEPTH = 64 };

static const char *space(const char *at, const char *end) {
  while (at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r')) at++;
  return at;
}

static const char *skip_string(const char *at, const char *end) {
  for (at++; at < end; at++) {
    if (*at == '"') return at + 1;
    if (*at == '\\' && ++at == end) return NULL;
  }
  return NULL;
}

static const char *skip_digits(const char *at, const char *end) {
  const char *start = at;
  while (at < end && *at >= '0' && *at <= '9') at++;
  return at > start ? at : NULL;
}

static const char *skip_number(const char *at, const char *end) {
  if (at < end && *at == '-') at++;
  if (!(at = skip_digits(at, end))) return NULL;
  if (at < end && *at == '.' && !(at = skip_digits(at + 1, end))) return NULL;
  if (at < end && (*at == 'e' || *at == 'E')) {
    at++;
    if (at < end && (*at == '+' || *at == '-')) at++;
    at = skip_digits(at, end);
  }
  return at;
}

static const char *skip(const char *at, const char *end, int depth);

// An array or object from its opening bracket to behind its closing one.
static const char *skip_items(const char *at, const char *end, char close, int depth) {
  at = space(at + 1, end);
  if (at < end && *at == close) return at + 1;
  while (at < end) {
    if (close == '}') {
      if (*at != '"' || !(at = skip_string(at, end))) return NULL;
      at = space(at, end);
      if (at == end || *at != ':') return NULL;
      at++;
    }
    if (!(at = skip(at, end, depth + 1))) return NULL;
    at = space(at, end);
    if (at < end && *at == close) return at + 1;
    if (at == end || *at != ',') return NULL;
    at = space(at + 1, end);
  }
  return NULL;
}

static const char *skip_word(const char *at, const char *end, const char *word) {
  size_t length = strlen(word);
  return (size_t)(end - at) >= length && memcmp(at, word, length) == 0 ? at + length : NULL;
}

// Behind the value that begins at `at`, or NULL where there is none.
static const char *skip(const char *at, const char *end, int depth) {
  at = space(at, end);
  if (at == end || depth > MAX_DEPTH) return NULL;
  switch (*at) {
  case '{': return skip_items(at, end, '}', depth);
  case '[': return skip_items(at, end, ']', depth);
  case '"': return skip_string(at, end);
  case 't': return skip_word(at, end, "true");
  case 'f': return skip_word(at, end, "false");
  case 'n': return skip_word(at, end, "null");
  default: return skip_number(at, end);
  }
}

int json_document(ote_str text, struct json *value) {
  const char *start = text.len ? text.ptr : "{}", *end = start + (text.len ? text.len : 2);
  const char *behind = skip(start, end, 0);
  if (!behind || space(behind, end) != end) return 0;
  *value = (struct json){space(start, end), behind};
  return 1;
}

int json_member(struct json object, const char *key, struct json *value) {
  const char *at = object.at, *end = object.end;
  if (at == end || *at != '{') return 0;
  at = space(at + 1, end);
  while (at < end && *at == '"') {
    struct json name = {at, skip_string(at, end)};
    const char *start = space(space(name.end, end) + 1, end); // behind the colon; the document is known to be valid
    *value = (struct json){start, skip(start, end, 0)};
    if (json_equals(name, key)) return 1;
    at = space(value->end, end);
    if (*at == ',') at = space(at + 1, end);
  }
  return 0;
}

int json_element(struct json *rest, struct json *value) {
  const char *at = rest->at, *end = rest->end;
  if (at == end || (*at != '[' && *at != ',')) return 0;
  at = space(at + 1, end);
  if (at == end || *at == ']') return 0;
  *value = (struct json){at, skip(at, end, 0)};
  rest->at = space(value->end, end);
  return 1;
}

int json_int64(struct json value, int64_t *number) {
  const char *at = value.at;
  int negative = at < value.end && *at == '-';
  int64_t result = 0;
  at += negative;
  if (at == value.end) return 0;
  for (; at < value.end; at++) {
    if (*at < '0' || *at > '9') return 0;
    int digit = *at - '0';
    if (__builtin_mul_overflow(result, 10, &result)) return 0;
    if (__builtin_sub_overflow(result, digit, &result)) return 0; // kept negative: the wider half of the range
  }
  if (!negative && __builtin_sub_overflow(0, result, &result)) return 0;
  *number = result;
  return 1;
}

int json_equals(struct json value, const char *text) {
  size_t length = strlen(text);
  return (size_t)(value.end - value.at) == length + 2 && *value.at == '"' && memcmp(value.at + 1, text, length) == 0;
}
