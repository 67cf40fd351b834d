/* signals.h - which signals the threads of this core take. */
#ifndef CDUCK_SIGNALS_H
#define CDUCK_SIGNALS_H
#include <signal.h>

/* Threads that are started from here on take no signals: those belong to the host's threads. Not so the signals of a
 * crash, which come to the thread that crashes: blocked, they would end the process without a crash report.
 * `before` gets the mask to go back to. */
void signals_block(sigset_t *before);

#endif
