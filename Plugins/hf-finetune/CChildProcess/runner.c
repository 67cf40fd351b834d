// The Python program, inside the library: its digest pins these files too, and an installed plugin is one file.
#include "cchildprocess.h"
#include <stddef.h>
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char channel_py[] = {
#embed "../runner/channel.py"
};
static const unsigned char checkpoints_py[] = {
#embed "../runner/checkpoints.py"
};
static const unsigned char estimate_py[] = {
#embed "../runner/estimate.py"
};
static const unsigned char export_py[] = {
#embed "../runner/export.py"
};
static const unsigned char finetune_py[] = {
#embed "../runner/finetune.py"
};
static const unsigned char job_py[] = {
#embed "../runner/job.py"
};
static const unsigned char main_py[] = {
#embed "../runner/main.py"
};
static const unsigned char model_source_py[] = {
#embed "../runner/model_source.py"
};
static const unsigned char problems_py[] = {
#embed "../runner/problems.py"
};
static const unsigned char rows_py[] = {
#embed "../runner/rows.py"
};
static const unsigned char tuner_py[] = {
#embed "../runner/tuner.py"
};

static const ote_child_file files[] = {
  {"channel.py", channel_py, sizeof channel_py},
  {"checkpoints.py", checkpoints_py, sizeof checkpoints_py},
  {"estimate.py", estimate_py, sizeof estimate_py},
  {"export.py", export_py, sizeof export_py},
  {"finetune.py", finetune_py, sizeof finetune_py},
  {"job.py", job_py, sizeof job_py},
  {"main.py", main_py, sizeof main_py},
  {"model_source.py", model_source_py, sizeof model_source_py},
  {"problems.py", problems_py, sizeof problems_py},
  {"rows.py", rows_py, sizeof rows_py},
  {"tuner.py", tuner_py, sizeof tuner_py},
};

const ote_child_file *ote_child_runner_file(unsigned index) {
  return index < sizeof files / sizeof *files ? &files[index] : NULL;
}
