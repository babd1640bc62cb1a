/* How a system call of a traced thread is made to fail. */
#include <sys/types.h>

struct entry {
    pid_t pid;
    long number;
    unsigned long args[6];
};

/* -1 for a word that is none of these:
 *   -N, N        not made; returns this
 *   after-N      made; returns this
 *   short        made for one byte
 *   reventsN     made; each pollfd has these revents
 *   valueN       made; the socket option has this value
 *   stat-uid, stat-mode, stat-type, stat-size   made; the file is somebody else's, writable by all, a
 *                pipe, or larger than any */
int fault_parse(const char *word);
void fault_before(const struct entry *call);
/* What the call returns. */
long fault_after(const struct entry *call, long result);
