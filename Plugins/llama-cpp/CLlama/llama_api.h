// llama_api.h - the part of llama.h that this core calls, declared anew for llama.cpp b11434 (ggml 0.26.0), as a table of
// function pointers filled by name from the loaded library (library.cpp).
//
// llama.cpp keeps no stable ABI: two structs go by value. So the header cannot be guessed, and building against the one in
// the cache would make the library a need of every build. Instead library.cpp accepts exactly this version and compares
// every field that has a known default after the library has filled the structs.
#ifndef LLAMA_API_H
#define LLAMA_API_H
#include <cstddef>
#include <cstdint>

#define LLAMA_GGML_VERSION "0.26.0"

struct llama_vocab;
struct llama_model;
struct llama_context;
struct llama_sampler;
struct llama_adapter_lora;
struct llama_memory_i;

using llama_token = int32_t;

struct llama_model_params {
  void *devices;
  const void *tensor_buft_overrides;
  int32_t n_gpu_layers;
  int32_t split_mode, load_mode, lazy_mode;
  int32_t main_gpu;
  const float *tensor_split;
  bool (*progress_callback)(float, void *);
  void *progress_callback_user_data;
  const void *kv_overrides;
  bool vocab_only, check_tensors, use_extra_bufts, no_host, no_alloc, load_mtp;
};

struct llama_context_params {
  uint32_t n_ctx, n_batch, n_ubatch, n_seq_max, n_rs_seq, n_outputs_max, n_outputs_max_per_seq;
  int32_t n_threads, n_threads_batch;
  int32_t ctx_type, rope_scaling_type, pooling_type, attention_type, flash_attn_type;
  float rope_freq_base, rope_freq_scale, yarn_ext_factor, yarn_attn_factor, yarn_beta_fast, yarn_beta_slow;
  uint32_t yarn_orig_ctx;
  float defrag_thold;
  void *cb_eval, *cb_eval_user_data;
  int32_t type_k, type_v;
  void *abort_callback, *abort_callback_data;
  bool embeddings, offload_kqv, no_perf, op_offload, swa_full, kv_unified;
  void *samplers;
  size_t n_samplers;
  llama_context *ctx_other;
};

struct llama_batch {
  int32_t n_tokens;
  llama_token *token;
  float *embd;
  int32_t *pos;
  int32_t *n_seq_id;
  int32_t **seq_id;
  int8_t *logits;
};

struct llama_token_data {
  llama_token id;
  float logit, p;
};

struct llama_token_data_array {
  llama_token_data *data;
  size_t size;
  int64_t selected;
  bool sorted;
};

struct llama_sampler_chain_params {
  bool no_perf;
};

constexpr int32_t GGML_TYPE_COUNT = 43;
constexpr int32_t LLAMA_POOLING_TYPE_MEAN = 1;

// X(result, name, parameters)
#define LLAMA_FUNCTIONS(X)                                                                                              \
  X(const char *, ggml_version, ())                                                                                     \
  X(size_t, ggml_type_size, (int32_t))                                                                                  \
  X(int64_t, ggml_blck_size, (int32_t))                                                                                 \
  X(void, llama_log_set, (void (*)(int32_t, const char *, void *), void *))                                             \
  X(void, llama_backend_init, ())                                                                                       \
  X(llama_model_params, llama_model_default_params, ())                                                                 \
  X(llama_context_params, llama_context_default_params, ())                                                             \
  X(llama_model *, llama_model_load_from_file, (const char *, llama_model_params))                                      \
  X(void, llama_model_free, (llama_model *))                                                                            \
  X(const llama_vocab *, llama_model_get_vocab, (const llama_model *))                                                  \
  X(int32_t, llama_model_n_ctx_train, (const llama_model *))                                                            \
  X(int32_t, llama_model_n_embd, (const llama_model *))                                                                 \
  X(int32_t, llama_model_n_layer, (const llama_model *))                                                                \
  X(uint64_t, llama_model_size, (const llama_model *))                                                                  \
  X(uint64_t, llama_model_n_params, (const llama_model *))                                                              \
  X(bool, llama_model_has_encoder, (const llama_model *))                                                               \
  X(bool, llama_model_has_decoder, (const llama_model *))                                                               \
  X(bool, llama_model_is_recurrent, (const llama_model *))                                                              \
  X(bool, llama_model_is_hybrid, (const llama_model *))                                                                 \
  X(bool, llama_model_is_diffusion, (const llama_model *))                                                              \
  X(const char *, llama_model_chat_template, (const llama_model *, const char *))                                       \
  X(int32_t, llama_vocab_n_tokens, (const llama_vocab *))                                                               \
  X(bool, llama_vocab_is_eog, (const llama_vocab *, llama_token))                                                       \
  X(llama_token, llama_vocab_bos, (const llama_vocab *))                                                                \
  X(llama_token, llama_vocab_eos, (const llama_vocab *))                                                                \
  X(int32_t, llama_tokenize, (const llama_vocab *, const char *, int32_t, llama_token *, int32_t, bool, bool))          \
  X(int32_t, llama_token_to_piece, (const llama_vocab *, llama_token, char *, int32_t, int32_t, bool))                  \
  X(llama_context *, llama_init_from_model, (llama_model *, llama_context_params))                                      \
  X(void, llama_free, (llama_context *))                                                                                \
  X(uint32_t, llama_n_ctx, (const llama_context *))                                                                     \
  X(llama_memory_i *, llama_get_memory, (const llama_context *))                                                        \
  X(void, llama_memory_clear, (llama_memory_i *, bool))                                                                 \
  X(bool, llama_memory_seq_rm, (llama_memory_i *, int32_t, int32_t, int32_t))                                           \
  X(int32_t, llama_decode, (llama_context *, llama_batch))                                                              \
  X(float *, llama_get_logits_ith, (llama_context *, int32_t))                                                          \
  X(float *, llama_get_embeddings_seq, (llama_context *, int32_t))                                                      \
  X(llama_sampler_chain_params, llama_sampler_chain_default_params, ())                                                 \
  X(llama_sampler *, llama_sampler_chain_init, (llama_sampler_chain_params))                                            \
  X(void, llama_sampler_chain_add, (llama_sampler *, llama_sampler *))                                                  \
  X(llama_sampler *, llama_sampler_init_greedy, ())                                                                     \
  X(llama_sampler *, llama_sampler_init_dist, (uint32_t))                                                               \
  X(llama_sampler *, llama_sampler_init_top_k, (int32_t))                                                               \
  X(llama_sampler *, llama_sampler_init_top_p, (float, size_t))                                                         \
  X(llama_sampler *, llama_sampler_init_min_p, (float, size_t))                                                         \
  X(llama_sampler *, llama_sampler_init_temp, (float))                                                                  \
  X(llama_sampler *, llama_sampler_init_grammar, (const llama_vocab *, const char *, const char *))                     \
  X(void, llama_sampler_apply, (llama_sampler *, llama_token_data_array *))                                             \
  X(void, llama_sampler_accept, (llama_sampler *, llama_token))                                                         \
  X(void, llama_sampler_free, (llama_sampler *))                                                                        \
  X(llama_adapter_lora *, llama_adapter_lora_init, (llama_model *, const char *))                                       \
  X(void, llama_adapter_lora_free, (llama_adapter_lora *))                                                              \
  X(int32_t, llama_set_adapters_lora, (llama_context *, llama_adapter_lora **, size_t, float *))

struct llama_api {
#define X(result, name, parameters) result(*name) parameters;
  LLAMA_FUNCTIONS(X)
#undef X
};

/// Filled by cllama_load.
extern llama_api api;

/// Runs body and answers what it answers; `failed` where llama.cpp threw.
template <typename Result, typename Body>
Result guarded(Result failed, Body body) noexcept {
  try {
    return body();
  } catch (...) {
    return failed;
  }
}
#endif
