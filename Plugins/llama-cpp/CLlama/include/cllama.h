/* cllama.h - the C core of the llama-cpp plugin: libllama at arm's length.
 *
 * libllama is opened at run time (cllama_load), so the plugin needs no header and no library to build. No function here
 * lets a C++ exception out.
 *
 * THREADS  A context, and a sampler while it is used with one, belong to one thread at a time. Tokens, pieces and facts of
 *          a model may be asked for on any thread. */
#ifndef CLLAMA_H
#define CLLAMA_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

/* ---- the library */

/* Opens libllama at path and checks that it is the version whose declarations this core has. Answers 0, or fills words
 * (at most size bytes). Once per process: after the first success later calls do nothing. Safe from several threads. */
int cllama_load(const char *path, char *words, size_t size);
bool cllama_is_loaded(void);
/* Bytes of one block of a tensor type, and values in it; 0 for a type that the library does not know. */
size_t cllama_type_bytes(int32_t type);
int64_t cllama_type_values(int32_t type);

/* What llama.cpp logs on the calling thread goes to sink, line by line, until the next call; NULL drops it. */
typedef void (*cllama_log_sink)(void *context, const char *line);
void cllama_log_to(cllama_log_sink sink, void *context);

/* ---- models and their vocabulary */

typedef struct cllama_model cllama_model;
/* Answers false to give up. */
typedef bool (*cllama_progress)(float done, void *context);
cllama_model *cllama_model_open(const char *path, cllama_progress progress, void *context);
void cllama_model_close(cllama_model *);

typedef struct cllama_facts {
  int32_t vocabulary, trained_context, embedding, layers;
  uint64_t bytes, parameters;
  /* It decodes tokens one after another with a cache of keys and values; the others are not served. */
  bool is_plain_decoder;
} cllama_facts;
cllama_facts cllama_model_facts(cllama_model *);
/* The template that the model brings, NULL for none. */
const char *cllama_model_template(cllama_model *);

/* Tokens written; where there is no room for all, minus the number needed; INT32_MIN for text that cannot be split.
 * special: also adds what the model wants at the beginning; marks: reads texts of control tokens as these tokens. */
int32_t cllama_tokenize(
    cllama_model *, const char *text, size_t bytes, int32_t *tokens, int32_t room, bool special, bool marks);
/* The bytes of a token, or minus the number needed. marks: also those of control tokens. */
int32_t cllama_piece(cllama_model *, int32_t token, char *bytes, int32_t room, bool marks);
/* The token ends an answer. */
bool cllama_is_end(cllama_model *, int32_t token);
int32_t cllama_bos(cllama_model *);
int32_t cllama_eos(cllama_model *);

/* ---- contexts */

typedef struct cllama_context cllama_context;
typedef struct cllama_context_shape {
  uint32_t tokens, batch, sequences;
  uint32_t outputs; /* items of one batch whose logits are wanted, at most */
  int32_t threads;
  /* Answers one mean vector for each sequence, instead of logits. */
  bool embeddings;
} cllama_context_shape;
cllama_context *cllama_context_open(cllama_model *, cllama_context_shape);
void cllama_context_close(cllama_context *);
uint32_t cllama_context_tokens(cllama_context *);

typedef struct cllama_item {
  int32_t token, position, sequence;
  bool wanted; /* its logits are */
} cllama_item;
/* Computes one batch. 0: done, 1: no room, below 0: it failed. */
int32_t cllama_decode(cllama_context *, const cllama_item *, int32_t count);
/* Forgets what a sequence holds; -1: all of them. */
void cllama_forget(cllama_context *, int32_t sequence);

/* How likely tokens are by the logits at an item of the last batch. */
typedef struct cllama_score {
  double log_probability;
  int32_t likeliest;
} cllama_score;
/* Fills `top` with the likeliest tokens, the likeliest first. false: there are no finite logits. */
bool cllama_score_token(
    cllama_context *, int32_t item, int32_t token, cllama_score *out, int32_t *top, double *top_scores, int32_t top_count);
/* The vector of a sequence of the last batch, NULL for none. */
const float *cllama_embedding(cllama_context *, int32_t sequence);

/* ---- sampling */

typedef struct cllama_sampler cllama_sampler;
typedef struct cllama_sampling {
  float temperature; /* 0: the likeliest token */
  float top_p, min_p;
  int32_t top_k;
  uint32_t seed;
  const char *grammar; /* GBNF with the rule root, NULL for none */
} cllama_sampling;
/* NULL where the grammar is none. */
cllama_sampler *cllama_sampler_open(cllama_model *, cllama_sampling);
void cllama_sampler_close(cllama_sampler *);
#define CLLAMA_DEAD_END (-1)  /* the grammar allows no token here */
#define CLLAMA_NO_NUMBERS (-2) /* the logits are not finite */
int32_t cllama_sample(cllama_sampler *, cllama_context *, int32_t item);

/* ---- LoRA adapters */

typedef struct cllama_adapter cllama_adapter;
/* NULL where it does not fit the model. */
cllama_adapter *cllama_adapter_open(cllama_model *, const char *path);
void cllama_adapter_close(cllama_adapter *);
/* For all that the context computes from now on; NULL: none. */
bool cllama_use_adapter(cllama_context *, cllama_adapter *, float scale);

#ifdef __cplusplus
}
#endif
#endif
