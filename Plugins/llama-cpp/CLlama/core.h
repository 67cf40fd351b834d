// core.h - what the files of this core share.
#ifndef CLLAMA_CORE_H
#define CLLAMA_CORE_H
#include <vector>
#include "cllama.h"
#include "llama_api.h"

struct cllama_context {
  llama_context *real;
  int32_t vocabulary;
  // One batch, kept for the next.
  std::vector<int32_t> tokens, positions, sequences, counts;
  std::vector<int32_t *> sequence_lists;
  std::vector<int8_t> wanted;
};
#endif
