/* cycles SERVICE USER TIMES: so many logins in one process, from pam_start(3) to pam_end(3), with the module opened and
 * closed each time. Prints what the process has grown by in the second half: heap in use, and private memory (bytes). */
#include <malloc.h>
#include <security/pam_appl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int answer(int count, const struct pam_message **messages, struct pam_response **responses, void *data)
{
    (void)messages, (void)data;
    *responses = calloc(count, sizeof **responses);
    return *responses ? PAM_SUCCESS : PAM_BUF_ERR;
}

static int login(const char *service, const char *user)
{
    struct pam_conv conv = {answer, NULL};
    pam_handle_t *pamh = NULL;
    int result = pam_start(service, user, &conv, &pamh);
    if (result == PAM_SUCCESS)
        result = pam_authenticate(pamh, 0);
    pam_end(pamh, result);
    return result;
}

static long private_memory(void)
{
    static char line[256];
    long kib, sum = 0;
    FILE *rollup = fopen("/proc/self/smaps_rollup", "re");
    if (rollup == NULL)
        return 0;
    while (fgets(line, sizeof line, rollup))
        if (sscanf(line, "Private_Dirty: %ld", &kib) == 1)
            sum += kib;
    fclose(rollup);
    return sum * 1024;
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    int times = atoi(argv[3]);
    long heap = 0, private = 0;
    for (int done = 0; done < times; done++) {
        if (done == times / 2) {
            private = private_memory();
            heap = (long)mallinfo2().uordblks;
        }
        if (login(argv[1], argv[2]) != PAM_SUCCESS)
            return 1;
    }
    long heap_grown = (long)mallinfo2().uordblks - heap;
    printf("%ld %ld\n", heap_grown, private_memory() - private);
    return 0;
}
