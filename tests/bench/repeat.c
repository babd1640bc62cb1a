/* repeat TIMES COMMAND…: runs it so often; for each run a line with wall time, processor time (ns) and peak RSS (KiB).
 * A program of its own, because a child inherits the peak RSS of whom it was forked from: this one's is smaller. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec * 1000000000LL + at.tv_nsec;
}

static long long of(struct timeval spent) { return spent.tv_sec * 1000000000LL + spent.tv_usec * 1000LL; }

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    for (int left = atoi(argv[1]); left > 0; left--) {
        long long began = now();
        pid_t child = vfork();
        if (child == 0) {
            execvp(argv[2], argv + 2);
            _exit(127);
        }
        int status;
        struct rusage used;
        if (child < 0 || wait4(child, &status, 0, &used) < 0 || status != 0)
            return 1;
        fprintf(stderr, "%lld %lld %ld\n", now() - began, of(used.ru_utime) + of(used.ru_stime), used.ru_maxrss);
    }
    return 0;
}
