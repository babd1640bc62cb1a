/* Hosts that treat their process as no host should. */
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host.h"

static volatile sig_atomic_t alarms;

static void on_alarm(int number)
{
    (void)number;
    alarms++;
}

/* SIGALRM each millisecond, and no call is restarted after it. */
static int storm(struct host *host)
{
    struct sigaction action = {.sa_handler = on_alarm}, before;
    struct itimerval each = {{0, 1000}, {0, 1000}}, never = {{0, 0}, {0, 0}};
    sigaction(SIGALRM, &action, &before);
    setitimer(ITIMER_REAL, &each, NULL);
    login(host);
    struct itimerval still;
    getitimer(ITIMER_REAL, &still);
    setitimer(ITIMER_REAL, &never, NULL);
    sigaction(SIGALRM, &before, NULL);
    if (alarms < 1 || still.it_interval.tv_usec != 1000)
        fprintf(stderr, "host: %d alarms, and the timer is another\n", (int)alarms);
    return 0;
}

/* The child authenticates on a handle that its parent has opened, and the parent does after it. */
static int forked(struct host *host)
{
    pam_handle_t *handle = begin(host);
    if (!handle)
        return 0;
    pid_t child = fork();
    if (child == 0)
        _exit(pam_authenticate(handle, 0));
    int status = -1;
    waitpid(child, &status, 0);
    keep(host, WIFEXITED(status) ? WEXITSTATUS(status) : -1, 0);
    end(handle, authenticate(host, handle));
    return 0;
}

/* As above, when there are threads: of those only the one that forks goes on in the child. */
static void *waits(void *lock)
{
    pthread_mutex_lock(lock);
    pthread_mutex_unlock(lock);
    return NULL;
}

static int forked_among_threads(struct host *host)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_t threads[8];
    login(host);
    pthread_mutex_lock(&lock);
    for (int i = 0; i < 8; i++)
        pthread_create(&threads[i], NULL, waits, &lock);
    forked(host);
    pthread_mutex_unlock(&lock);
    for (int i = 0; i < 8; i++)
        pthread_join(threads[i], NULL);
    return 0;
}

/* In a folder that is gone. */
static int nowhere(struct host *host)
{
    char folder[] = "/tmp/gone-XXXXXX", back[4096];
    if (!getcwd(back, sizeof back) || !mkdtemp(folder) || chdir(folder) || rmdir(folder))
        return 0;
    login(host);
    char *still = getcwd(NULL, 0);
    if (still)
        fprintf(stderr, "host: the folder is %s now\n", still);
    free(still);
    return chdir(back);
}

/* Below a folder that has no /dev, and of /etc only what is said. What libpam loads, it has loaded. */
static int jailed(struct host *host)
{
    pam_handle_t *handle = begin(host);
    if (!handle || chdir(host->argument) || chroot("."))
        return 0;
    end(handle, authenticate(host, handle));
    if (chroot("/proc/1/root"))
        return 0;
    return 0;
}

static int abroad(struct host *host)
{
    if (!setlocale(LC_ALL, host->argument)) {
        fprintf(stderr, "host: no locale %s\n", host->argument);
        return 0;
    }
    login(host);
    if (strcmp(setlocale(LC_ALL, NULL), host->argument) != 0)
        fprintf(stderr, "host: another locale\n");
    setlocale(LC_ALL, "C");
    return 0;
}

int run_mode(struct host *host, const char *mode)
{
    if (strcmp(mode, "plain") == 0)
        return login(host), 0;
    if (strcmp(mode, "storm") == 0)
        return storm(host);
    if (strcmp(mode, "forked") == 0)
        return forked(host);
    if (strcmp(mode, "forked-among-threads") == 0)
        return forked_among_threads(host);
    if (strcmp(mode, "nowhere") == 0)
        return nowhere(host);
    if (strcmp(mode, "jailed") == 0)
        return jailed(host);
    if (strcmp(mode, "abroad") == 0)
        return abroad(host);
    return -1;
}
