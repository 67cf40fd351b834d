// fastText's classifier as plain C functions: Swift sees no C++ of it.
#ifndef OTE_CFASTTEXT_H
#define OTE_CFASTTEXT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A model, empty until it is trained or loaded. One thread at a time, but for predictions of a loaded one.
typedef struct ote_fasttext ote_fasttext;

typedef enum { OTE_FASTTEXT_OK = 0, OTE_FASTTEXT_STOPPED = 1, OTE_FASTTEXT_FAILED = 2 } ote_fasttext_result;

/// Told about five times a second while it trains, from a thread of its own; answers other than 0 to stop it.
/// `progress` is 0 to 1, negative while unknown (autotune); loss and rate are negative while unknown.
typedef int (*ote_fasttext_watch)(void *context, double progress, double loss, double rate, double words_per_second);

ote_fasttext *ote_fasttext_new(void);
void ote_fasttext_free(ote_fasttext *);

/// Arguments as the `fasttext` command takes them, from "supervised" on. They have to be right: the library ends the process
/// for those that it does not know. `error` gets a text.
ote_fasttext_result ote_fasttext_train(ote_fasttext *, const char *const *arguments, size_t count, ote_fasttext_watch,
                                       void *context, char *error, size_t size);
/// After training, as the command `quantize -qnorm` with retraining on the same input.
ote_fasttext_result ote_fasttext_quantize(ote_fasttext *, const char *input, size_t cutoff, char *error, size_t size);
ote_fasttext_result ote_fasttext_save(ote_fasttext *, const char *path, char *error, size_t size);
ote_fasttext_result ote_fasttext_load(ote_fasttext *, const char *path, char *error, size_t size);

/// Rows with a label, precision and recall at k, as the command `test`.
ote_fasttext_result ote_fasttext_test(ote_fasttext *, const char *path, int k, int64_t *rows, double *precision,
                                      double *recall, char *error, size_t size);

/// Calls `found` for each of the k likeliest labels, the likeliest first. `text` is one line. Any thread.
ote_fasttext_result ote_fasttext_predict(const ote_fasttext *, const char *text, size_t length, int k, double threshold,
                                         void (*found)(void *, const char *label, double probability), void *context,
                                         char *error, size_t size);

int ote_fasttext_label_count(const ote_fasttext *);
int ote_fasttext_word_count(const ote_fasttext *);
/// The settings that the model was trained with, for its report; autotune has found some of them.
typedef struct {
  double learning_rate;
  int dimension, epochs, word_ngrams, bucket, min_ngram, max_ngram, minimum_count;
  int is_supervised;
} ote_fasttext_settings;
ote_fasttext_settings ote_fasttext_settings_of(const ote_fasttext *);

#ifdef __cplusplus
}
#endif
#endif
