// Models, their vocabulary, and adapters.
#include <climits>
#include "cllama.h"
#include "core.h"

static llama_model *real(cllama_model *model) { return reinterpret_cast<llama_model *>(model); }
static const llama_vocab *vocabulary(cllama_model *model) { return api.llama_model_get_vocab(real(model)); }

cllama_model *cllama_model_open(const char *path, cllama_progress progress, void *context) {
  return guarded<cllama_model *>(nullptr, [&] {
    llama_model_params params = api.llama_model_default_params();
    params.progress_callback = progress;
    params.progress_callback_user_data = context;
    return reinterpret_cast<cllama_model *>(api.llama_model_load_from_file(path, params));
  });
}

void cllama_model_close(cllama_model *model) { api.llama_model_free(real(model)); }

cllama_facts cllama_model_facts(cllama_model *handle) {
  llama_model *model = real(handle);
  cllama_facts facts{};
  facts.vocabulary = api.llama_vocab_n_tokens(vocabulary(handle));
  facts.trained_context = api.llama_model_n_ctx_train(model);
  facts.embedding = api.llama_model_n_embd(model);
  facts.layers = api.llama_model_n_layer(model);
  facts.bytes = api.llama_model_size(model);
  facts.parameters = api.llama_model_n_params(model);
  facts.is_plain_decoder = api.llama_model_has_decoder(model) && !api.llama_model_has_encoder(model) &&
                           !api.llama_model_is_recurrent(model) && !api.llama_model_is_hybrid(model) &&
                           !api.llama_model_is_diffusion(model);
  return facts;
}

const char *cllama_model_template(cllama_model *model) { return api.llama_model_chat_template(real(model), nullptr); }

int32_t cllama_tokenize(
    cllama_model *model, const char *text, size_t bytes, int32_t *tokens, int32_t room, bool special, bool marks) {
  if (bytes > INT32_MAX / 4) return INT32_MIN;
  return guarded<int32_t>(INT32_MIN, [&] {
    return api.llama_tokenize(vocabulary(model), text, static_cast<int32_t>(bytes), tokens, room, special, marks);
  });
}

static bool is_token(cllama_model *model, int32_t token) {
  return token >= 0 && token < api.llama_vocab_n_tokens(vocabulary(model));
}

int32_t cllama_piece(cllama_model *model, int32_t token, char *bytes, int32_t room, bool marks) {
  if (!is_token(model, token)) return 0;
  return guarded<int32_t>(
      0, [&] { return api.llama_token_to_piece(vocabulary(model), token, bytes, room, 0, marks); });
}

bool cllama_is_end(cllama_model *model, int32_t token) {
  return is_token(model, token) && api.llama_vocab_is_eog(vocabulary(model), token);
}

int32_t cllama_bos(cllama_model *model) { return api.llama_vocab_bos(vocabulary(model)); }
int32_t cllama_eos(cllama_model *model) { return api.llama_vocab_eos(vocabulary(model)); }

cllama_adapter *cllama_adapter_open(cllama_model *model, const char *path) {
  return guarded<cllama_adapter *>(
      nullptr, [&] { return reinterpret_cast<cllama_adapter *>(api.llama_adapter_lora_init(real(model), path)); });
}

void cllama_adapter_close(cllama_adapter *adapter) {
  api.llama_adapter_lora_free(reinterpret_cast<llama_adapter_lora *>(adapter));
}

bool cllama_use_adapter(cllama_context *context, cllama_adapter *adapter, float scale) {
  llama_adapter_lora *adapters[1] = {reinterpret_cast<llama_adapter_lora *>(adapter)};
  float scales[1] = {scale};
  return guarded(false, [&] {
    return api.llama_set_adapters_lora(
               context->real, adapters, adapter ? 1 : 0, scales) == 0;
  });
}
