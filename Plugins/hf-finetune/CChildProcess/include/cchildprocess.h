/* Starting, watching and ending a process of one's own, and the program that it runs: what Swift cannot import.
 * All functions: any thread. */
#ifndef CCHILDPROCESS_H
#define CCHILDPROCESS_H
#include <sys/types.h>

/* Starts a program in a process group of its own. Its stdin is empty, stdout and stderr go to `output`, and it has `events`
 * as descriptor 3 and `control` as descriptor 4, nothing else. Answers 0 or an errno. */
int ote_child_start(pid_t *pid, const char *path, char *const argv[], char *const envp[], int output, int events, int control);

/* Both ends close-on-exec, the read end non-blocking. 0 or an errno. */
int ote_child_pipe(int *read_end, int *write_end);

/* Readable once the process has ended; -1 with errno set. */
int ote_child_watch(pid_t pid);

/* Ends every process of the group at once. */
void ote_child_kill_group(pid_t pid);

/* Waits for the process: its exit code, or minus the signal that ended it. */
int ote_child_reap(pid_t pid);

/* A file of the Python program. */
typedef struct ote_child_file {
  const char *name;
  const unsigned char *bytes;
  unsigned long length;
} ote_child_file;

/* Static; NULL beyond the last one. */
const ote_child_file *ote_child_runner_file(unsigned index);
#endif
