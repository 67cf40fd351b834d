// The functions of CFastText.h over the C++ library. No exception leaves them.
#include "CFastText.h"

#include <fasttext/autotune.h>
#include <fasttext/fasttext.h>

#include <signal.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstring>
#include <fstream>
#include <iostream>
#include <memory>
#include <mutex>
#include <sstream>
#include <streambuf>
#include <string>
#include <thread>
#include <vector>

struct ote_fasttext {
  std::shared_ptr<fasttext::FastText> model = std::make_shared<fasttext::FastText>();
};

namespace {

void tell(char *error, size_t size, const char *words) {
  if (size == 0) return;
  std::strncpy(error, words, size - 1);
  error[size - 1] = 0;
}

template <class Body> ote_fasttext_result guarded(char *error, size_t size, Body body) {
  try {
    body();
    return OTE_FASTTEXT_OK;
  } catch (const fasttext::FastText::AbortError &) {
    return OTE_FASTTEXT_STOPPED;
  } catch (const std::exception &failure) {
    tell(error, size, failure.what());
  } catch (...) {
    tell(error, size, "something unknown was thrown");
  }
  return OTE_FASTTEXT_FAILED;
}

/// Autotune whose end can be asked for from another thread.
struct Tuning : fasttext::Autotune {
  using fasttext::Autotune::Autotune;
  void stop() { abort(); }
};

/// Bytes in place as a stream.
struct Line : std::streambuf {
  Line(const char *text, size_t length) {
    char *start = const_cast<char *>(text);
    setg(start, start, start + length);
  }
  // The dictionary looks whether it can begin anew at the end.
  pos_type seekoff(off_type, std::ios_base::seekdir, std::ios_base::openmode) override { return pos_type(off_type(-1)); }
};

thread_local bool isSilent = false;

/// fastText computes its loss only where it also prints it. What a silent thread prints to std::cerr is dropped; all others
/// print as before.
struct Filter : std::streambuf {
  std::streambuf *behind = nullptr;
  int overflow(int byte) override { return isSilent || byte == EOF ? 0 : behind->sputc(static_cast<char>(byte)); }
  std::streamsize xsputn(const char *bytes, std::streamsize count) override {
    return isSilent ? count : behind->sputn(bytes, count);
  }
  int sync() override { return isSilent ? 0 : behind->pubsync(); }
};

/// Stays for good once it is there: another thread may be printing through it.
struct Silence {
  Silence() {
    static Filter *filter = [] {
      auto made = new Filter;
      made->behind = std::cerr.rdbuf(made);
      return made;
    }();
    (void)filter;
    isSilent = true;
  }
  ~Silence() { isSilent = false; }
};

/// A thread that tells how far the training is, and asks whether to go on. After `seconds`, where they are not 0, it ends the
/// training, which is no stop that somebody asked for.
class Watch {
 public:
  std::atomic<double> progress{-1}, loss{-1}, rate{-1}, words{-1};

  Watch(ote_fasttext_watch told, void *context, std::function<void()> stop, int seconds = 0)
      : thread([=] {
          auto due = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
          std::unique_lock<std::mutex> lock(mutex);
          bool asked = false;
          while (!done) {
            lock.unlock();
            if (told(context, progress, loss, rate, words) != 0) {
              asked = true;
              stopped = true;
              stop();
            } else if (seconds > 0 && std::chrono::steady_clock::now() >= due) {
              stop();
            }
            lock.lock();
            // Asked again and again: a stop that comes before the training has begun is forgotten by it.
            signal.wait_for(lock, std::chrono::milliseconds(asked ? 20 : 200), [this] { return done; });
          }
        }) {}

  ~Watch() {
    {
      std::lock_guard<std::mutex> lock(mutex);
      done = true;
    }
    signal.notify_all();
    thread.join();
  }

  std::atomic<bool> stopped{false};

 private:
  std::mutex mutex;
  std::condition_variable signal;
  bool done = false;
  std::thread thread;
};

/// Autotune takes SIGINT for itself and does not give it back.
struct InterruptKept {
  struct sigaction before;
  InterruptKept() { sigaction(SIGINT, nullptr, &before); }
  ~InterruptKept() { sigaction(SIGINT, &before, nullptr); }
};

}  // namespace

ote_fasttext *ote_fasttext_new(void) {
  try {
    return new ote_fasttext;
  } catch (...) {
    return nullptr;
  }
}

void ote_fasttext_free(ote_fasttext *self) { delete self; }

ote_fasttext_result ote_fasttext_train(ote_fasttext *self, const char *const *arguments, size_t count,
                                       ote_fasttext_watch told, void *context, char *error, size_t size) {
  bool stopped = false;
  ote_fasttext_result result = guarded(error, size, [&] {
    std::vector<std::string> words{"fasttext"};
    words.insert(words.end(), arguments, arguments + count);
    fasttext::Args args;
    args.parseArgs(words);
    auto model = self->model;
    Silence silence;
    if (args.hasAutotune()) {
      InterruptKept kept;
      Tuning tuning(model);
      // Autotune's own timer sees "go on" only if its thread starts late enough, else it ends at once and the search never
      // does (libfasttext 0.9.2, Autotune::startTimer). Stopping twice, or in the last training, does nothing.
      Watch watch(told, context, [&] { tuning.stop(); }, args.autotuneDuration);
      try {
        tuning.train(args);
      } catch (...) {
        stopped = watch.stopped;
        throw;
      }
      stopped = watch.stopped;
      return;
    }
    Watch watch(told, context, [model] { model->abort(); });
    try {
      model->train(args, [&watch](float progress, float loss, double words, double rate, int64_t) {
        watch.progress = progress;
        watch.loss = loss;
        watch.words = words;
        watch.rate = rate;
      });
    } catch (...) {
      stopped = watch.stopped;
      throw;
    }
    stopped = watch.stopped;
  });
  return stopped ? OTE_FASTTEXT_STOPPED : result;
}

ote_fasttext_result ote_fasttext_quantize(ote_fasttext *self, const char *input, size_t cutoff, char *error,
                                          size_t size) {
  return guarded(error, size, [&] {
    fasttext::Args args = self->model->getArgs();
    args.input = input;
    args.qnorm = true;
    args.retrain = cutoff > 0;
    args.cutoff = cutoff;
    args.verbose = 0;
    self->model->quantize(args);
  });
}

ote_fasttext_result ote_fasttext_save(ote_fasttext *self, const char *path, char *error, size_t size) {
  return guarded(error, size, [&] { self->model->saveModel(path); });
}

ote_fasttext_result ote_fasttext_load(ote_fasttext *self, const char *path, char *error, size_t size) {
  return guarded(error, size, [&] { self->model->loadModel(std::string(path)); });
}

ote_fasttext_result ote_fasttext_test(ote_fasttext *self, const char *path, int k, int64_t *rows, double *precision,
                                      double *recall, char *error, size_t size) {
  return guarded(error, size, [&] {
    std::ifstream file(path);
    if (!file.is_open()) throw std::runtime_error("the rows to test cannot be read");
    std::tie(*rows, *precision, *recall) = self->model->test(file, k);
  });
}

ote_fasttext_result ote_fasttext_predict(const ote_fasttext *self, const char *text, size_t length, int k,
                                         double threshold, void (*found)(void *, const char *, double), void *context,
                                         char *error, size_t size) {
  return guarded(error, size, [&] {
    // The line's end is a word of fastText's.
    std::string whole(text, length);
    whole += '\n';
    Line line(whole.data(), whole.size());
    std::istream stream(&line);
    std::vector<std::pair<fasttext::real, std::string>> predictions;
    self->model->predictLine(stream, predictions, k, static_cast<fasttext::real>(threshold));
    for (const auto &one : predictions) found(context, one.second.c_str(), one.first);
  });
}

int ote_fasttext_label_count(const ote_fasttext *self) {
  auto dictionary = self->model->getDictionary();
  return dictionary ? dictionary->nlabels() : 0;
}

int ote_fasttext_word_count(const ote_fasttext *self) {
  auto dictionary = self->model->getDictionary();
  return dictionary ? dictionary->nwords() : 0;
}

ote_fasttext_settings ote_fasttext_settings_of(const ote_fasttext *self) {
  fasttext::Args args = self->model->getArgs();
  ote_fasttext_settings settings = {};
  settings.learning_rate = args.lr;
  settings.dimension = args.dim;
  settings.epochs = args.epoch;
  settings.word_ngrams = args.wordNgrams;
  settings.bucket = args.bucket;
  settings.min_ngram = args.minn;
  settings.max_ngram = args.maxn;
  settings.minimum_count = args.minCount;
  settings.is_supervised = args.model == fasttext::model_name::sup;
  return settings;
}
