// Who is inside which plugin: a small stack per thread, mirrored into the shared page, so that a crash,
// a hang or an exit() can be blamed on the node it happened in.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <execinfo.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>
#include "ote_worker.h"

#define DEPTH_MAX 512

typedef struct frame { int32_t node; int32_t call; } frame;
static __thread frame stack[DEPTH_MAX];
static __thread int32_t depth;
static __thread ote_thread_slot *slot;
static ote_page *page;
static atomic_int slots;

uint64_t ote_now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void on_exit_called(void) {
  if (!page || page->exit_node != -2) return;
  int32_t top = depth > DEPTH_MAX ? DEPTH_MAX : depth;
  page->exit_node = top > 0 ? stack[top - 1].node : OTE_NODE_HOST;
  page->call = top > 0 ? stack[top - 1].call : OTE_CALL_NONE;
}

void ote_boundary_attach(ote_page *p) {
  page = p;
  p->activity_ns = ote_now_ns();
  atexit(on_exit_called);
}

static void publish(void) {
  if (!page) return;
  if (!slot) {
    int i = atomic_fetch_add(&slots, 1);
    if (i >= OTE_THREADS_MAX) i = OTE_THREADS_MAX - 1;  // more threads than slots share the last one
    slot = &page->thread[i];
    slot->thread_id = (int32_t)syscall(SYS_gettid);
    int32_t used = __atomic_load_n(&page->threads, __ATOMIC_RELAXED);
    while (used < i + 1) {
      if (__atomic_compare_exchange_n(&page->threads, &used, i + 1, 1, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) break;
    }
  }
  uint64_t now = ote_now_ns();
  int32_t top = depth > 0 ? (depth > DEPTH_MAX ? DEPTH_MAX : depth) - 1 : -1;
  slot->depth = depth;
  slot->node = top >= 0 ? stack[top].node : OTE_NODE_HOST;
  slot->call = top >= 0 ? stack[top].call : OTE_CALL_NONE;
  slot->since_ns = now;
  __atomic_store_n(&page->activity_ns, now, __ATOMIC_RELAXED);
}

void ote_boundary_enter(int32_t node, int32_t call) {
  if (depth < DEPTH_MAX) stack[depth] = (frame){node, call};
  depth++;
  publish();
}

void ote_boundary_leave(void) {
  depth--;
  publish();
}

void ote_boundary_alive(void) {
  if (page) __atomic_store_n(&page->activity_ns, ote_now_ns(), __ATOMIC_RELAXED);
}

int32_t ote_boundary_node(void) {
  return depth > 0 && depth <= DEPTH_MAX ? stack[depth - 1].node : OTE_NODE_HOST;
}

// ---- modules: which addresses belong to which plugin

typedef struct range_search { uint64_t address; uint64_t start; uint64_t end; } range_search;

static int find_range(struct dl_phdr_info *info, size_t size, void *context) {
  (void)size;
  range_search *search = context;
  uint64_t low = UINT64_MAX, high = 0;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    if (info->dlpi_phdr[i].p_type != PT_LOAD) continue;
    uint64_t start = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr, end = start + info->dlpi_phdr[i].p_memsz;
    if (start < low) low = start;
    if (end > high) high = end;
  }
  if (search->address < low || search->address >= high) return 0;
  search->start = low;
  search->end = high;
  return 1;
}

void ote_boundary_module(int32_t plugin, const void *address) {
  if (!page || page->modules >= OTE_MODULES_MAX) return;
  range_search search = {(uint64_t)(uintptr_t)address, 0, 0};
  if (!dl_iterate_phdr(find_range, &search)) return;
  page->module[page->modules] = (ote_module_range){search.start, search.end, plugin, 0};
  page->modules++;
}

typedef struct stamp_search { uint64_t address; uint32_t *words; int found; } stamp_search;

static int find_stamp(struct dl_phdr_info *info, size_t size, void *context) {
  stamp_search *search = context;
  range_search range = {search->address, 0, 0};
  if (!find_range(info, size, &range)) return 0;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    if (info->dlpi_phdr[i].p_type != PT_NOTE) continue;
    const char *at = (const char *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
    const char *end = at + info->dlpi_phdr[i].p_memsz;
    while (end - at >= 12) {
      uint32_t head[3];  // name size, descriptor size, type
      memcpy(head, at, sizeof head);
      uint64_t name = ((uint64_t)head[0] + 3) & ~3ull, descriptor = ((uint64_t)head[1] + 3) & ~3ull;
      if ((uint64_t)(end - at) < 12 + name + descriptor) break;
      if (head[0] == 4 && head[1] == 16 && head[2] == 1 && memcmp(at + 12, "OTE", 4) == 0) {
        memcpy(search->words, at + 12 + name, 16);
        search->found = 1;
        return 1;
      }
      at += 12 + name + descriptor;
    }
  }
  return 1;
}

int ote_module_stamp(const void *address, uint32_t words[4]) {
  stamp_search search = {(uint64_t)(uintptr_t)address, words, 0};
  dl_iterate_phdr(find_stamp, &search);
  return search.found;
}

// ---- crashes

static const int crash_signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT, SIGSYS};
static struct sigaction previous[32];

static uint64_t program_counter(void *context) {
#if defined(__x86_64__)
  return (uint64_t)((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
  return (uint64_t)((ucontext_t *)context)->uc_mcontext.pc;
#else
  (void)context;
  return 0;
#endif
}

static int in_module(uint64_t address) {
  for (int32_t i = 0; i < page->modules; i++)
    if (page->module[i].start <= address && address < page->module[i].end) return 1;
  return 0;
}

static uint64_t program_start, program_end;

// A thread that a plugin's library started itself has no frame of this program below it: all of the host's have.
static int is_foreign(void *const *frames, int count) {
  for (int i = 0; i < count; i++) {
    uint64_t frame = (uint64_t)(uintptr_t)frames[i];
    // The innermost ones are this handler.
    if (i >= 2 && program_start <= frame && frame < program_end) return 0;
  }
  return 1;
}

// abort() and bad arguments to libc crash outside the plugin that called: the innermost frame inside one names it.
static void blame_frame(void *const *frames, int count) {
  for (int i = 0; i < count && !in_module(page->pc); i++)
    if (in_module((uint64_t)(uintptr_t)frames[i])) page->pc = (uint64_t)(uintptr_t)frames[i];
}

static uint8_t held[64 << 10];
static uint32_t held_count;

void ote_hold_printed(const void *bytes, size_t count) {
  __atomic_store_n(&held_count, 0, __ATOMIC_RELEASE);
  if (count > sizeof held) count = sizeof held;
  if (count) memcpy(held, bytes, count);
  __atomic_store_n(&held_count, (uint32_t)count, __ATOMIC_RELEASE);
}

// Writes the page and a C backtrace, then hands over to the handler that was there before (Swift's
// backtracer when it is on), or dies of the signal so that the parent sees which one it was.
static void on_crash(int sig, siginfo_t *info, void *context) {
  if (page && page->signal == 0) {
    page->signal = sig;
    page->code = info->si_code;
    page->address = (uint64_t)(uintptr_t)info->si_addr;
    page->pc = program_counter(context);
    page->thread_id = (int32_t)syscall(SYS_gettid);
    int32_t top = depth > DEPTH_MAX ? DEPTH_MAX : depth;
    page->node = top > 0 ? stack[top - 1].node : OTE_NODE_HOST;
    page->call = top > 0 ? stack[top - 1].call : OTE_CALL_NONE;
    uint32_t count = __atomic_load_n(&held_count, __ATOMIC_ACQUIRE);
    if (count && (write(2, held, count) < 0 || write(2, "\n", 1) < 0)) { /* nothing left to do */ }
    static const char head[] = "ote-worker: crash; frames:\n";
    if (write(2, head, sizeof head - 1) < 0) { /* nothing left to do */ }
    void *frames[32];
    int n = backtrace(frames, 32);
    blame_frame(frames, n);
    page->foreign_thread = depth == 0 && is_foreign(frames, n);
    backtrace_symbols_fd(frames, n, 2);
  }
  struct sigaction *before = &previous[sig];
  sigaction(sig, before, NULL);
  if (before->sa_flags & SA_SIGINFO) {
    if (before->sa_sigaction) { before->sa_sigaction(sig, info, context); return; }
  } else if (before->sa_handler != SIG_DFL && before->sa_handler != SIG_IGN) {
    before->sa_handler(sig);
    return;
  }
  signal(sig, SIG_DFL);
  raise(sig);
}

int ote_crashed(void) { return page && __atomic_load_n(&page->signal, __ATOMIC_RELAXED) != 0; }

static __thread char *crash_stack;

void ote_crash_thread_stack(void) {
  stack_t alternate;
  // A sanitizer brings its own, and unmaps at the thread's end whatever it then finds.
  if (sigaltstack(NULL, &alternate) != 0 || !(alternate.ss_flags & SS_DISABLE)) return;
  size_t size = 128 * 1024;
  crash_stack = malloc(size);
  if (!crash_stack) return;
  memset(&alternate, 0, sizeof alternate);
  alternate.ss_sp = crash_stack;
  alternate.ss_size = size;
  sigaltstack(&alternate, NULL);
}

static void drop_crash_stack(void) {
  if (!crash_stack) return;
  stack_t none;
  memset(&none, 0, sizeof none);
  none.ss_flags = SS_DISABLE;
  sigaltstack(&none, NULL);
  free(crash_stack);
  crash_stack = NULL;
}

// ---- masks: libraries block all signals in threads of their own, and a fault that is blocked kills without a word

static int catching;

static const sigset_t *without_crashes(int how, const sigset_t *set, sigset_t *changed) {
  if (!set || how == SIG_UNBLOCK || !__atomic_load_n(&catching, __ATOMIC_ACQUIRE)) return set;
  *changed = *set;
  for (unsigned i = 0; i < sizeof crash_signals / sizeof *crash_signals; i++) sigdelset(changed, crash_signals[i]);
  return changed;
}

typedef int mask_call(int how, const sigset_t *set, sigset_t *before);

static mask_call *libc_call(const char *name, mask_call **kept) {
  mask_call *call = __atomic_load_n(kept, __ATOMIC_ACQUIRE);
  if (call) return call;
  call = (mask_call *)dlsym(RTLD_NEXT, name);
  __atomic_store_n(kept, call, __ATOMIC_RELEASE);
  return call;
}

// These two stand before libc's for everything that the worker loads, as the program's own names come first.
int pthread_sigmask(int how, const sigset_t *set, sigset_t *before) {
  static mask_call *libc;
  sigset_t changed;
  return libc_call("pthread_sigmask", &libc)(how, without_crashes(how, set, &changed), before);
}

int sigprocmask(int how, const sigset_t *set, sigset_t *before) {
  static mask_call *libc;
  sigset_t changed;
  return libc_call("sigprocmask", &libc)(how, without_crashes(how, set, &changed), before);
}

int ote_crash_install(void) {
  void *warm[2];
  backtrace(warm, 2);  // loads libgcc now: not possible inside a signal handler
  range_search self = {(uint64_t)(uintptr_t)&ote_crash_install, 0, 0};
  dl_iterate_phdr(find_range, &self);
  program_start = self.start;
  program_end = self.end;
  ote_crash_thread_stack();
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = on_crash;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  sigemptyset(&action.sa_mask);
  for (unsigned i = 0; i < sizeof crash_signals / sizeof *crash_signals; i++)
    if (sigaction(crash_signals[i], &action, &previous[crash_signals[i]]) != 0) return -1;
  __atomic_store_n(&catching, 1, __ATOMIC_RELEASE);
  return 0;
}

// ---- threads

typedef struct start { void (*entry)(void *); void *context; char name[16]; } start;

static void *thread_main(void *argument) {
  start s = *(start *)argument;
  free(argument);
  pthread_setname_np(pthread_self(), s.name);
  ote_crash_thread_stack();
  s.entry(s.context);
  drop_crash_stack();
  return NULL;
}

int ote_thread_start(uint64_t *thread, const char *name, void (*entry)(void *), void *context) {
  start *s = malloc(sizeof *s);
  if (!s) return -1;
  s->entry = entry;
  s->context = context;
  strncpy(s->name, name, sizeof s->name - 1);
  s->name[sizeof s->name - 1] = 0;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 8u << 20);
  pthread_t t;
  int r = pthread_create(&t, &attributes, thread_main, s);
  pthread_attr_destroy(&attributes);
  if (r != 0) { free(s); return r; }
  *thread = (uint64_t)t;
  return 0;
}

void ote_thread_join(uint64_t thread) { pthread_join((pthread_t)thread, NULL); }
