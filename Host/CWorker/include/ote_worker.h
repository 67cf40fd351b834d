/* What Swift cannot import or must not do in a signal handler: spawning with file actions, limits,
 * and the shared page in which a worker leaves word of where it was when it died. */
#ifndef OTE_WORKER_H
#define OTE_WORKER_H
#include <stdint.h>
#include <sys/types.h>

/* ---- file descriptors a worker is born with */
#define OTE_FD_CONTROL 3
#define OTE_FD_PAGE 4
#define OTE_FD_OUTPUT 5 /* read end of the pipe that is its stdout and stderr */

/* ---- the page shared by control plane and worker */
#define OTE_THREADS_MAX 256
#define OTE_MODULES_MAX 256
#define OTE_NODE_HOST (-1)
/* Plugin p itself, outside any node: loading, describe, setup. */
#define OTE_NODE_MODULE(p) (-16 - (p))
static inline int32_t ote_node_module(int32_t plugin) { return OTE_NODE_MODULE(plugin); }

/* What a thread is inside of. A worker has few threads in plugins, so slots are never freed. */
typedef struct ote_thread_slot {
  int32_t thread_id;  /* 0 = slot unused */
  int32_t depth;      /* 0 = not inside a plugin */
  int32_t node;       /* index of the innermost node, OTE_NODE_HOST while the host works for it */
  int32_t call;       /* ote_call */
  uint64_t since_ns;  /* CLOCK_MONOTONIC of the last crossing */
} ote_thread_slot;

typedef struct ote_module_range { uint64_t start; uint64_t end; int32_t plugin; int32_t reserved0; } ote_module_range;

typedef struct ote_page {
  uint32_t magic;
  int32_t signal;      /* 0 = no crash seen */
  int32_t code;
  int32_t node;        /* innermost node of the crashing thread, or OTE_NODE_HOST */
  int32_t call;
  int32_t thread_id;
  uint64_t address;
  uint64_t pc;
  int32_t exit_node;   /* node inside which exit() was called; -2 = not called */
  int32_t threads;     /* slots in use */
  int32_t modules;
  int32_t foreign_thread; /* 1: the crashing thread was started by a plugin's library, so `node` does not know it */
  uint64_t activity_ns; /* last crossing or progress of any thread */
  ote_thread_slot thread[OTE_THREADS_MAX];
  ote_module_range module[OTE_MODULES_MAX];
} ote_page;

/* ---- control plane */
int ote_page_create(int *fd, ote_page **page);  /* 0 or errno */
void ote_page_unmap(ote_page *page);
ote_page *ote_page_map(int fd);                 /* NULL on failure */
int ote_pipe(int fds[2]);                       /* close-on-exec */
int ote_socketpair(int fds[2]);                 /* close-on-exec */
int ote_eventfd(void);
void ote_eventfd_signal(int fd);                 /* makes it readable */
int ote_pidfd_open(pid_t pid);
int ote_pidfd_signal(int pidfd, int signal);
/* Starts path with fd 0 = /dev/null, 1 = 2 = output_write, 3 = control, 4 = page, 5 = output_read; everything else
 * closed; own process group; signals at their defaults. 0 or errno. */
int ote_spawn(pid_t *pid, const char *path, char *const argv[], char *const envp[], int control, int page,
              int output_read, int output_write);
int ote_wait(pid_t pid, int block, int *exited, int *code, int *signal); /* 1 reaped, 0 still running, <0 -errno */
int ote_install_interrupt(int event_fd); /* SIGINT, SIGTERM, SIGHUP write to event_fd; a third one takes the default way */

/* ---- worker */
typedef struct ote_limits {
  int64_t data_bytes;  /* RLIMIT_DATA, 0 = leave */
  int64_t open_files;
  int64_t processes;
  int64_t core_bytes;
} ote_limits;
int ote_limit_self(const ote_limits *limits);
int ote_die_with_parent(pid_t parent);          /* PR_SET_PDEATHSIG; -1 if the parent is gone already */
int ote_no_new_privileges(void);
void ote_line_buffered_output(void);
int ote_pending_bytes(int fd);                   /* FIONREAD */

/* Calls that can be blamed. */
enum ote_call {
  OTE_CALL_NONE, OTE_CALL_SETUP, OTE_CALL_DESCRIBE, OTE_CALL_CREATE, OTE_CALL_DESTROY, OTE_CALL_BIND, OTE_CALL_OPEN,
  OTE_CALL_GET_SCHEMA, OTE_CALL_GET_NEXT, OTE_CALL_RELEASE, OTE_CALL_BEGIN, OTE_CALL_OBSERVE, OTE_CALL_FINISH,
  OTE_CALL_WRITE, OTE_CALL_COMMIT, OTE_CALL_ABORT, OTE_CALL_INTERRUPT, OTE_CALL_QUERY, OTE_CALL_LOAD, OTE_CALL_CHECK, OTE_CALL_LIST,
  OTE_CALL_GENERATE, OTE_CALL_EMBED, OTE_CALL_COUNT_TOKENS, OTE_CALL_EMIT, OTE_CALL_TRAIN, OTE_CALL_EVALUATE, OTE_CALL_RUN,
  OTE_CALL_NOTIFY,
  OTE_CALL_SAVE, OTE_CALL_RESTORE
};
void ote_boundary_attach(ote_page *page);        /* once, before any crossing */
void ote_boundary_enter(int32_t node, int32_t call);
void ote_boundary_leave(void);
void ote_boundary_alive(void);                   /* progress: a sign of life without a crossing */
int32_t ote_boundary_node(void);                 /* innermost node of this thread, or OTE_NODE_HOST */
void ote_boundary_module(int32_t plugin, const void *any_address_inside);
/* The words of the ELF note "OTE" of the module that holds the address: 1 found, 0 not. */
int ote_module_stamp(const void *any_address_inside, uint32_t words[4]);
/* Printed bytes that were read and not sent on: a crash report begins with them. By one thread at a time; 64 KiB at most. */
void ote_hold_printed(const void *bytes, size_t count);
int ote_crashed(void);                           /* 1 once a crash was caught, before its report is printed */
int ote_crash_install(void);                     /* handlers on this process; alternate stack for this thread */
void ote_crash_thread_stack(void);               /* an alternate signal stack for the calling thread */
uint64_t ote_now_ns(void);                       /* CLOCK_MONOTONIC */

/* A thread of 8 MiB stack that runs entry(context) with an alternate signal stack; join with ote_thread_join. */
int ote_thread_start(uint64_t *thread, const char *name, void (*entry)(void *), void *context);
void ote_thread_join(uint64_t thread);
#endif
