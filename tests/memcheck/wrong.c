/* A PAM module that does wrong on purpose, as its first argument says: memcheck has to see it, and so have
 * the sanitizers. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* What is still reachable at the end is no leak, but grows with each call. */
static struct kept {
    struct kept *before;
    char bytes[100];
} *kept;

/* Written by all threads at once. */
static int raced;

/* Not static, and the compiler cannot know what comes in: nothing here is optimised away. */
int pam_sm_authenticate(void *handle, int flags, int argc, const char **argv);

int pam_sm_authenticate(void *handle, int flags, int argc, const char **argv)
{
    const char *mistake = argc > 0 ? argv[0] : "";
    (void)handle;
    if (strcmp(mistake, "lost") == 0) {
        volatile char *lost = malloc(100);
        lost[0] = 1;
    } else if (strcmp(mistake, "kept") == 0) {
        struct kept *next = calloc(1, sizeof *next);
        next->before = kept;
        kept = next;
    } else if (strcmp(mistake, "unwritten") == 0) {
        int *volatile unwritten = malloc(sizeof *unwritten);
        int answer = *unwritten == 12345 ? 7 : 0;
        free(unwritten);
        return answer;
    } else if (strcmp(mistake, "beyond") == 0) {
        volatile char *bytes = malloc(100);
        bytes[100 + (flags & 1)] = 1;
        free((void *)bytes);
    } else if (strcmp(mistake, "race") == 0) {
        raced++;
    } else if (strcmp(mistake, "sent") == 0) {
        int ends[2];
        char *volatile bytes = malloc(100);
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0) {
            (void)!send(ends[0], bytes, 100, MSG_NOSIGNAL);
        }
        free(bytes);
    }
    return 0;
}
