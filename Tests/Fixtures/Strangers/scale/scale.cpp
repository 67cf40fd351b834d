// scale.cpp - the plugin scale: one stage that multiplies one column and passes all others through without a copy.
#include <memory>
#include <string>
#include <string_view>
#include <vector>
#include "scaling.hpp"

OTE_STAMP(OTE_ABI(1, 0));

namespace scale {
namespace {

constexpr std::string_view descriptor = R"({"descriptor": 1, "name": "scale", "version": "1.0.0", "title": "Scale",
 "components": [
  {"name": "scale", "kind": "stage", "title": "Scale",
   "summary": "Multiplies one numeric column by a factor.",
   "docs": "An int64 column stays int64 when the factor is a whole number and becomes float64 otherwise.",
   "inputs": [{"name": "table", "type": "table"}], "outputs": [{"name": "table", "type": "table"}],
   "config": {"type": "object", "additionalProperties": false, "required": ["column", "factor"],
    "properties": {
     "column": {"type": "string", "title": "Column", "minLength": 1, "x-order": 1},
     "factor": {"type": "number", "title": "Factor", "x-order": 2}}},
   "config_version": 1,
   "examples": [{"title": "Kilometres to metres", "config": {"column": "distance", "factor": 1000}}],
   "deterministic": true}]})";

struct Instance {
  Settings settings;
  const ote_run_service *runs;
};

// A batch whose columns were moved in. They are released one by one: a reader may have moved some out.
struct Batch {
  std::vector<ArrowArray> columns;
  std::vector<ArrowArray *> pointers;
  std::vector<uint8_t> validity;
  const void *buffers[1] = {nullptr};

  ~Batch() {
    for (ArrowArray &column : columns)
      if (column.release) column.release(&column);
  }
  static void release(ArrowArray *array) {
    delete static_cast<Batch *>(array->private_data);
    array->release = nullptr;
  }
};

class Stream {
 public:
  Stream(Owned<ArrowArrayStream> input, const Instance &instance, ote_run *run)
      : input_(std::move(input)), settings_(instance.settings), runs_(instance.runs), run_(run) {}

  static int schema(ArrowArrayStream *stream, ArrowSchema *out) {
    return of(stream).answer([&](Stream &self) {
      Owned<ArrowSchema> table = self.input_schema();
      *out = scaled(Plan(self.settings_, *table.get()), *table.get()).take();
    });
  }
  static int next(ArrowArrayStream *stream, ArrowArray *out) {
    return of(stream).answer([&](Stream &self) { *out = self.next_batch(); });
  }
  static const char *last_error(ArrowArrayStream *stream) {
    Stream &self = of(stream);
    return self.status_ == OTE_OK ? nullptr : self.message_.c_str();
  }
  static void release(ArrowArrayStream *stream) {
    delete &of(stream);
    stream->release = nullptr;
  }
  // ote.stream-error/1: what stood behind the errno.
  static ote_status last(ote_instance *, ArrowArrayStream *stream, ote_error *error) {
    if (stream->release != release || of(stream).status_ == OTE_OK) return OTE_OK;
    const Stream &self = of(stream);
    error->set(error, self.status_, 0, borrowed(self.message_), borrowed(self.details_));
    return self.status_;
  }

 private:
  struct InputFailed { int code; };

  static Stream &of(ArrowArrayStream *stream) { return *static_cast<Stream *>(stream->private_data); }

  // Runs body and turns what it throws into an errno, keeping status and words for those who ask.
  template <class Body> int answer(Body &&body) noexcept {
    int code = 0;
    guarded(
        [&]() -> ote_status {
          try {
            body(*this);
          } catch (const InputFailed &failed) {
            code = failed.code;
            const char *words = input_->get_last_error(input_.get());
            throw Failure(code == ECANCELED ? OTE_E_CANCELLED : OTE_E_DATA, words ? words : "The input failed.");
          }
          return OTE_OK;
        },
        [&](ote_status status, std::string_view message, std::string_view details) {
          if (!code) code = status == OTE_E_RESOURCE ? ENOMEM : status == OTE_E_CANCELLED ? ECANCELED : EINVAL;
          status_ = status;
          try { message_ = message, details_ = details; } catch (...) { message_.clear(); }
          return status;
        });
    return code;
  }

  Owned<ArrowSchema> input_schema() {
    ArrowSchema table{};
    if (int code = input_->get_schema(input_.get(), &table)) throw InputFailed{code};
    return Owned<ArrowSchema>(&table);
  }

  ArrowArray next_batch() {
    if (OTE_HAS(runs_, ote_run_service, cancelled) && runs_->cancelled(run_))
      throw Failure(OTE_E_CANCELLED, "Stopped as asked.");
    if (plan_.index < 0) plan_ = Plan(settings_, *input_schema().get());
    ArrowArray raw{};
    if (int code = input_->get_next(input_.get(), &raw)) throw InputFailed{code};
    Owned<ArrowArray> batch(&raw);
    if (!batch) return ArrowArray{};  // the end
    ArrowArray result = rebuilt(batch);
    rows_ += result.length;
    return result;
  }

  // Moves the columns out of the input's batch, the scaled one excepted; the rest of that batch goes with `batch`.
  ArrowArray rebuilt(Owned<ArrowArray> &batch) {
    auto made = std::make_unique<Batch>();
    auto count = static_cast<size_t>(batch->n_children);
    made->columns.resize(count, ArrowArray{});
    for (ArrowArray &column : made->columns) made->pointers.push_back(&column);
    if (batch->null_count != 0 && batch->buffers[0]) {  // a batch with null rows of its own: rare, and copied
      auto *bits = static_cast<const uint8_t *>(batch->buffers[0]);
      made->validity.assign(bits, bits + (batch->offset + batch->length + 7) / 8);
      made->buffers[0] = made->validity.data();
    }
    made->columns[plan_.index] = scaled(plan_, settings_, *batch.get(), rows_);
    for (size_t i = 0; i < count; i++) {
      if (static_cast<int64_t>(i) == plan_.index) continue;
      made->columns[i] = *batch->children[i];
      batch->children[i]->release = nullptr;  // moved
    }
    ArrowArray out{batch->length, batch->null_count, batch->offset, 1, batch->n_children, made->buffers,
                   made->pointers.data(), nullptr, Batch::release, nullptr};
    out.private_data = made.release();
    return out;
  }

  Owned<ArrowArrayStream> input_;
  Settings settings_;
  const ote_run_service *runs_;
  ote_run *run_;
  Plan plan_;
  int64_t rows_ = 0;
  ote_status status_ = OTE_OK;
  std::string message_, details_;
};

Instance &of(ote_instance *instance) { return *reinterpret_cast<Instance *>(instance); }

void one_in_one_out(uint32_t n_in, uint32_t n_out) {
  if (n_in != 1 || n_out != 1) throw Failure(OTE_E_INVALID_ARG, "scale has one input and one output.");
}

ote_status bind(ote_instance *instance, ote_run *, ote_str, uint32_t n_in, const ArrowSchema *const *in,
                ArrowArrayStream *const *samples, uint32_t n_out, ArrowSchema *out, ote_writer *, ote_error *error) {
  return call(error, [&]() -> ote_status {
    for (uint32_t i = 0; samples && i < n_in; i++)
      if (samples[i]) Owned<ArrowArrayStream> unwanted(samples[i]);
    one_in_one_out(n_in, n_out);
    if (!in[0]) return OTE_DEFERRED;
    *out = scaled(Plan(of(instance).settings, *in[0]), *in[0]).take();
    return OTE_OK;
  });
}

ote_status open(ote_instance *instance, ote_run *run, ote_str, uint32_t n_in, ArrowArrayStream *in, uint32_t n_out,
                ArrowArrayStream *out, ote_error *error) {
  return call(error, [&]() -> ote_status {
    // Inputs are ours from entry on, also when we fail. Nothing here can throw before the last is owned.
    Owned<ArrowArrayStream> input;
    for (uint32_t i = 0; i < n_in; i++) input = Owned<ArrowArrayStream>(&in[i]);
    one_in_one_out(n_in, n_out);
    auto stream = std::make_unique<Stream>(std::move(input), of(instance), run);
    *out = {Stream::schema, Stream::next, Stream::last_error, Stream::release, stream.release()};
    return OTE_OK;
  });
}

const ote_stage stage = {sizeof stage, 0, bind, open};
const ote_stream_error stream_error = {sizeof stream_error, 0, Stream::last};

void destroy(ote_instance *instance) { delete &of(instance); }
const void *query(ote_instance *, ote_str id) {
  if (view(id) == OTE_STAGE) return &stage;
  if (view(id) == OTE_STREAM_ERROR) return &stream_error;
  return nullptr;
}
const ote_instance_ops operations = {sizeof operations, 0, destroy, query, nullptr};

ote_status describe(ote_writer *writer) {
  return writer->write(writer, {reinterpret_cast<const uint8_t *>(descriptor.data()), descriptor.size()});
}

ote_status create(const ote_host *host, ote_str component, ote_str config, ote_instance **out,
                  const ote_instance_ops **ops, ote_error *error) {
  return call(error, [&]() -> ote_status {
    if (view(component) != "scale") throw Failure(OTE_E_NOT_FOUND, "scale has one component: scale.");
    FlatObject object(view(config));
    auto column = object.text("column");
    auto factor = object.number("factor");
    if (!column || column->empty())
      throw Failure(OTE_E_CONFIG, "column has to name a column.", "{\"path\": \"/column\"}");
    if (!factor) throw Failure(OTE_E_CONFIG, "factor has to be a number.", "{\"path\": \"/factor\"}");
    auto *runs = static_cast<const ote_run_service *>(host->service(host, borrowed(OTE_SERVICE_RUN)));
    auto instance = std::make_unique<Instance>(Instance{{*column, *factor}, runs});
    *out = reinterpret_cast<ote_instance *>(instance.release());
    *ops = &operations;
    return OTE_OK;
  });
}

const ote_module module = {sizeof module, OTE_ABI_CURRENT, OTE_ABI(1, 0), 0, nullptr, nullptr, describe, create};

}  // namespace
}  // namespace scale

extern "C" OTE_EXPORT const ote_module *ote_module_v1(uint32_t host_abi) {
  return host_abi >> 16 == OTE_ABI_MAJOR ? &scale::module : nullptr;
}
