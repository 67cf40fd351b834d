// Contexts: batches in, scores and vectors out.
#include <algorithm>
#include <cmath>
#include "core.h"

cllama_context *cllama_context_open(cllama_model *handle, cllama_context_shape shape) {
  return guarded<cllama_context *>(nullptr, [&]() -> cllama_context * {
    llama_model *model = reinterpret_cast<llama_model *>(handle);
    llama_context_params params = api.llama_context_default_params();
    params.n_ctx = shape.tokens;
    params.n_batch = shape.batch;
    // A mean vector needs its whole sequence in one piece.
    params.n_ubatch = shape.embeddings ? shape.batch : std::min<uint32_t>(shape.batch, 512);
    params.n_seq_max = shape.sequences;
    params.n_outputs_max = shape.embeddings ? 0 : shape.outputs;
    params.n_outputs_max_per_seq = 0;
    params.n_threads = params.n_threads_batch = shape.threads;
    params.kv_unified = true;
    params.embeddings = shape.embeddings;
    if (shape.embeddings) params.pooling_type = LLAMA_POOLING_TYPE_MEAN;
    llama_context *real = api.llama_init_from_model(model, params);
    if (!real) return nullptr;
    auto *context = new cllama_context;
    context->real = real;
    context->vocabulary = api.llama_vocab_n_tokens(api.llama_model_get_vocab(model));
    return context;
  });
}

void cllama_context_close(cllama_context *context) {
  api.llama_free(context->real);
  delete context;
}

uint32_t cllama_context_tokens(cllama_context *context) { return api.llama_n_ctx(context->real); }

int32_t cllama_decode(cllama_context *context, const cllama_item *items, int32_t count) {
  return guarded<int32_t>(-1, [&] {
    size_t size = static_cast<size_t>(count);
    context->tokens.resize(size);
    context->positions.resize(size);
    context->sequences.resize(size);
    context->counts.assign(size, 1);
    context->sequence_lists.resize(size);
    context->wanted.resize(size);
    for (size_t i = 0; i < size; i++) {
      context->tokens[i] = items[i].token;
      context->positions[i] = items[i].position;
      context->sequences[i] = items[i].sequence;
      context->sequence_lists[i] = &context->sequences[i];
      context->wanted[i] = items[i].wanted ? 1 : 0;
    }
    llama_batch batch{};
    batch.n_tokens = count;
    batch.token = context->tokens.data();
    batch.pos = context->positions.data();
    batch.n_seq_id = context->counts.data();
    batch.seq_id = context->sequence_lists.data();
    batch.logits = context->wanted.data();
    return api.llama_decode(context->real, batch);
  });
}

void cllama_forget(cllama_context *context, int32_t sequence) {
  guarded(false, [&] {
    llama_memory_i *memory = api.llama_get_memory(context->real);
    if (!memory) return false;
    if (sequence < 0) {
      api.llama_memory_clear(memory, false);
      return true;
    }
    return api.llama_memory_seq_rm(memory, sequence, -1, -1);
  });
}

bool cllama_score_token(
    cllama_context *context, int32_t item, int32_t token, cllama_score *out, int32_t *top, double *top_scores,
    int32_t top_count) {
  return guarded(false, [&] {
    const float *logits = api.llama_get_logits_ith(context->real, item);
    if (!logits || token < 0 || token >= context->vocabulary) return false;
    int32_t best = 0;
    for (int32_t i = 1; i < context->vocabulary; i++)
      if (logits[i] > logits[best]) best = i;
    if (!std::isfinite(logits[best])) return false;
    double sum = 0;
    for (int32_t i = 0; i < context->vocabulary; i++) sum += std::exp(double(logits[i]) - double(logits[best]));
    double total = double(logits[best]) + std::log(sum);
    out->log_probability = double(logits[token]) - total;
    out->likeliest = best;
    if (!std::isfinite(sum)) return false;
    std::vector<int32_t> order;
    if (top_count > 0) {
      order.resize(static_cast<size_t>(context->vocabulary));
      for (int32_t i = 0; i < context->vocabulary; i++) order[static_cast<size_t>(i)] = i;
      std::partial_sort(order.begin(), order.begin() + top_count, order.end(), [&](int32_t a, int32_t b) {
        return logits[a] != logits[b] ? logits[a] > logits[b] : a < b;
      });
    }
    for (int32_t i = 0; i < top_count; i++) {
      top[i] = order[static_cast<size_t>(i)];
      top_scores[i] = double(logits[top[i]]) - total;
    }
    return true;
  });
}

const float *cllama_embedding(cllama_context *context, int32_t sequence) {
  return guarded<const float *>(nullptr, [&] { return api.llama_get_embeddings_seq(context->real, sequence); });
}
