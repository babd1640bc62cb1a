/* Many logins in one process: one after another, and at once. */
#include <dirent.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"

static long lines_of_maps(void)
{
    FILE *in = fopen("/proc/self/maps", "re");
    long lines = 0;
    for (int byte; in && (byte = getc(in)) != EOF;)
        lines += byte == '\n';
    if (in)
        fclose(in);
    return lines;
}

/* The argument says how many. What has grown after the first tenth is told as an error. */
static int cycles(struct host *host)
{
    int count = atoi(host->argument);
    long maps = 0;
    for (int i = 0; i < count; i++) {
        login(host);
        if (i == count / 10)
            maps = lines_of_maps();
    }
    long more = lines_of_maps() - maps;
    if (more > 8)
        fprintf(stderr, "host: %ld more mappings\n", more);
    return 0;
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t together;

static void *one(void *host)
{
    struct host own;
    pthread_mutex_lock(&lock);
    memcpy(&own, host, sizeof own);
    pthread_mutex_unlock(&lock);
    own.count = 0;
    pam_handle_t *handle = begin(&own);
    pthread_barrier_wait(&together);
    if (handle)
        end(handle, authenticate(&own, handle));
    pthread_mutex_lock(&lock);
    keep(host, own.calls[0].code, own.calls[0].ms);
    pthread_mutex_unlock(&lock);
    return NULL;
}

static int threads(struct host *host)
{
    enum { COUNT = 32 };
    static pthread_t ids[COUNT];
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 1 << 20);
    pthread_barrier_init(&together, NULL, COUNT);
    for (int i = 0; i < COUNT; i++)
        if (pthread_create(&ids[i], &small, one, host) != 0)
            abort();
    for (int i = 0; i < COUNT; i++)
        pthread_join(ids[i], NULL);
    return 0;
}

int many_mode(struct host *host, const char *mode)
{
    if (strcmp(mode, "cycles") == 0)
        return cycles(host);
    if (strcmp(mode, "threads") == 0)
        return threads(host);
    return -1;
}
