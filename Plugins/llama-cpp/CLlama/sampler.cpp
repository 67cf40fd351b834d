// Choosing a token: llama.cpp's own samplers in the order in which its server has them.
#include <cmath>
#include "core.h"

struct cllama_sampler {
  llama_sampler *grammar; // nullptr for none
  llama_sampler *chain;
  std::vector<llama_token_data> candidates;
};

static llama_sampler *chain_for(const cllama_sampling &sampling) {
  llama_sampler *chain = api.llama_sampler_chain_init(api.llama_sampler_chain_default_params());
  if (sampling.temperature <= 0) {
    api.llama_sampler_chain_add(chain, api.llama_sampler_init_greedy());
    return chain;
  }
  if (sampling.top_k > 0) api.llama_sampler_chain_add(chain, api.llama_sampler_init_top_k(sampling.top_k));
  if (sampling.top_p < 1) api.llama_sampler_chain_add(chain, api.llama_sampler_init_top_p(sampling.top_p, 1));
  if (sampling.min_p > 0) api.llama_sampler_chain_add(chain, api.llama_sampler_init_min_p(sampling.min_p, 1));
  api.llama_sampler_chain_add(chain, api.llama_sampler_init_temp(sampling.temperature));
  api.llama_sampler_chain_add(chain, api.llama_sampler_init_dist(sampling.seed));
  return chain;
}

cllama_sampler *cllama_sampler_open(cllama_model *model, cllama_sampling sampling) {
  return guarded<cllama_sampler *>(nullptr, [&]() -> cllama_sampler * {
    llama_sampler *grammar = nullptr;
    if (sampling.grammar) {
      const llama_vocab *vocabulary = api.llama_model_get_vocab(reinterpret_cast<llama_model *>(model));
      grammar = api.llama_sampler_init_grammar(vocabulary, sampling.grammar, "root");
      if (!grammar) return nullptr;
    }
    return new cllama_sampler{grammar, chain_for(sampling), {}};
  });
}

void cllama_sampler_close(cllama_sampler *sampler) {
  if (sampler->grammar) api.llama_sampler_free(sampler->grammar);
  api.llama_sampler_free(sampler->chain);
  delete sampler;
}

static llama_token_data_array all_tokens(cllama_sampler *sampler, const float *logits, int32_t vocabulary) {
  sampler->candidates.resize(static_cast<size_t>(vocabulary));
  for (int32_t i = 0; i < vocabulary; i++) sampler->candidates[static_cast<size_t>(i)] = {i, logits[i], 0};
  return {sampler->candidates.data(), sampler->candidates.size(), -1, false};
}

static int32_t pick(cllama_sampler *sampler, llama_token_data_array &tokens) {
  api.llama_sampler_apply(sampler->chain, &tokens);
  bool is_one = tokens.selected >= 0 && static_cast<size_t>(tokens.selected) < tokens.size;
  return is_one ? tokens.data[tokens.selected].id : CLLAMA_NO_NUMBERS;
}

static bool grammar_allows(cllama_sampler *sampler, int32_t token) {
  llama_token_data one = {token, 1, 0};
  llama_token_data_array only = {&one, 1, -1, false};
  api.llama_sampler_apply(sampler->grammar, &only);
  return one.logit != -INFINITY;
}

static bool has_finite(const llama_token_data_array &tokens) {
  for (size_t i = 0; i < tokens.size; i++)
    if (std::isfinite(tokens.data[i].logit)) return true;
  return false;
}

int32_t cllama_sample(cllama_sampler *sampler, cllama_context *context, int32_t item) {
  return guarded<int32_t>(CLLAMA_DEAD_END, [&]() -> int32_t {
    const float *logits = api.llama_get_logits_ith(context->real, item);
    if (!logits) return CLLAMA_NO_NUMBERS;
    for (int32_t i = 0; i < context->vocabulary; i++)
      if (std::isnan(logits[i])) return CLLAMA_NO_NUMBERS;
    llama_token_data_array tokens = all_tokens(sampler, logits, context->vocabulary);
    int32_t token = pick(sampler, tokens);
    if (!sampler->grammar || token < 0) return token;
    // To ask the grammar about one token is cheap, about all of them is not; most picks are allowed.
    if (!grammar_allows(sampler, token)) {
      tokens = all_tokens(sampler, logits, context->vocabulary);
      api.llama_sampler_apply(sampler->grammar, &tokens);
      // llama.cpp would end the process at a token that its grammar does not know.
      if (!has_finite(tokens)) return CLLAMA_DEAD_END;
      token = pick(sampler, tokens);
      if (token < 0 || !grammar_allows(sampler, token)) return CLLAMA_DEAD_END;
    }
    api.llama_sampler_accept(sampler->grammar, token);
    return token;
  });
}
