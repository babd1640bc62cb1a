/* load TIMES MODULE: how long dlopen(3) takes (ns), each time in a process that has not loaded it yet.
 * Linked with libpam, as each host is. */
#include <dlfcn.h>
#include <security/pam_appl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc != 3 || pam_strerror(NULL, PAM_SUCCESS) == NULL)
        return 2;
    for (int left = atoi(argv[1]); left > 0; left--) {
        pid_t child = fork();
        if (child == 0) {
            struct timespec began, ended;
            clock_gettime(CLOCK_MONOTONIC, &began);
            void *module = dlopen(argv[2], RTLD_NOW);
            clock_gettime(CLOCK_MONOTONIC, &ended);
            if (module == NULL)
                _exit(1);
            printf("%lld\n", (ended.tv_sec - began.tv_sec) * 1000000000LL + ended.tv_nsec - began.tv_nsec);
            fflush(stdout);
            _exit(0);
        }
        int status;
        if (child < 0 || waitpid(child, &status, 0) < 0 || status != 0)
            return 1;
    }
    return 0;
}
