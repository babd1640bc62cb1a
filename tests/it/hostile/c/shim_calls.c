/* The functions that shim.c can make fail. Each names the words that it knows; a number is what the call
 * returns, or its errno. */
#include <errno.h>
#include <grp.h>
#include <netdb.h>
#include <pthread.h>
#include <pwd.h>
#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <syslog.h>
#include <time.h>

#include "shim.h"

/* A function that returns -1 and sets errno. */
#define BY_ERRNO(function, parameters, arguments)                                                  \
    int function parameters                                                                        \
    {                                                                                              \
        if (FAILS(#function)) {                                                                    \
            errno = (int)fault_number;                                                             \
            return -1;                                                                             \
        }                                                                                          \
        return REAL(int(*) parameters, #function) arguments;                                       \
    }

/* A function that returns the number of its error. */
#define BY_NUMBER(function, parameters, arguments)                                                 \
    int function parameters                                                                        \
    {                                                                                              \
        if (FAILS(#function))                                                                      \
            return (int)fault_number;                                                              \
        return REAL(int(*) parameters, #function) arguments;                                       \
    }

BY_ERRNO(sigemptyset, (sigset_t *set), (set))
BY_ERRNO(sigfillset, (sigset_t *set), (set))
BY_ERRNO(sigaddset, (sigset_t *set, int number), (set, number))
BY_ERRNO(sigismember, (const sigset_t *set, int number), (set, number))
BY_NUMBER(pthread_attr_init, (pthread_attr_t *a), (a))
BY_NUMBER(pthread_attr_destroy, (pthread_attr_t *a), (a))
BY_NUMBER(pthread_attr_setstacksize, (pthread_attr_t *a, size_t size), (a, size))
BY_NUMBER(pthread_attr_getguardsize, (const pthread_attr_t *a, size_t *size), (a, size))
BY_NUMBER(pthread_attr_getstack, (const pthread_attr_t *a, void **at, size_t *size), (a, at, size))
BY_NUMBER(pthread_getattr_np, (pthread_t thread, pthread_attr_t *a), (thread, a))
BY_NUMBER(pthread_create,
          (pthread_t *restrict thread, const pthread_attr_t *restrict a, void *(*run)(void *),
           void *restrict argument),
          (thread, a, run, argument))
BY_NUMBER(pthread_detach, (pthread_t thread), (thread))
BY_NUMBER(pthread_setname_np, (pthread_t thread, const char *name), (thread, name))
BY_NUMBER(pthread_key_create, (pthread_key_t *key, void (*end)(void *)), (key, end))
BY_NUMBER(pthread_key_delete, (pthread_key_t key), (key))
BY_NUMBER(pthread_setspecific, (pthread_key_t key, const void *value), (key, value))
BY_NUMBER(pthread_sigmask, (int how, const sigset_t *set, sigset_t *old), (how, set, old))
BY_NUMBER(pam_set_data,
          (pam_handle_t *h, const char *name, void *data,
           void (*end)(pam_handle_t *, void *, int)),
          (h, name, data, end))

/* "null": success, and nothing there. */
#define ITEM(function, parameters, arguments, place)                                               \
    int function parameters                                                                        \
    {                                                                                              \
        if (!FAILS(#function))                                                                     \
            return REAL(int(*) parameters, #function) arguments;                                   \
        *(place) = NULL;                                                                           \
        return shim_says("null") ? PAM_SUCCESS : (int)fault_number;                                \
    }

ITEM(pam_get_item, (const pam_handle_t *h, int item, const void **to), (h, item, to), to)
ITEM(pam_get_user, (pam_handle_t *h, const char **to, const char *prompt), (h, to, prompt), to)
ITEM(pam_get_data, (const pam_handle_t *h, const char *name, const void **to), (h, name, to), to)

const char *pam_getenv(pam_handle_t *handle, const char *name)
{
    if (FAILS("pam_getenv"))
        return NULL;
    return REAL(const char *(*)(pam_handle_t *, const char *), "pam_getenv")(handle, name);
}

/* The module's one form: "%s" and a text. */
void pam_syslog(const pam_handle_t *handle, int priority, const char *format, ...)
{
    if (FAILS("pam_syslog"))
        return;
    va_list arguments;
    va_start(arguments, format);
    pam_vsyslog(handle, priority, format, arguments);
    va_end(arguments);
}

/* "back", "forth": the machine's time is set by a year, for all that is asked from then on. */
int clock_gettime(clockid_t clock, struct timespec *now)
{
    static time_t moved;
    int fails = FAILS("clock_gettime"), set = shim_says("back") || shim_says("forth");
    if (fails && !set) {
        errno = (int)fault_number;
        return -1;
    }
    if (fails)
        moved = (shim_says("back") ? -1 : 1) * 365L * 24 * 3600;
    int status = REAL(int (*)(clockid_t, struct timespec *), "clock_gettime")(clock, now);
    if (status == 0 && clock == CLOCK_REALTIME)
        now->tv_sec += moved;
    return status;
}

/* A number is an EAI_ code; "empty": success, and no address; "family": one of a family that nobody
 * knows; "no-address": one without an address. */
int getaddrinfo(const char *restrict name, const char *restrict service,
                const struct addrinfo *restrict hints, struct addrinfo **restrict list)
{
    int fails = FAILS("getaddrinfo");
    if (fails && fault_number) {
        errno = EMFILE;
        return (int)fault_number;
    }
    int status = REAL(int (*)(const char *, const char *, const struct addrinfo *,
                              struct addrinfo **), "getaddrinfo")(name, service, hints, list);
    for (struct addrinfo *each = *list; fails && status == 0 && each; each = each->ai_next) {
        if (shim_says("family"))
            each->ai_family = 77;
        if (shim_says("no-address"))
            each->ai_addrlen = 0;
    }
    if (fails && shim_says("empty"))
        *list = NULL;
    return status;
}

void freeaddrinfo(struct addrinfo *list)
{
    if (list)
        REAL(void (*)(struct addrinfo *), "freeaddrinfo")(list);
}

/* A number is the error; "nobody": there is no such record; "nulls": one whose texts are missing. */
#define RECORD(function, type, key)                                                                \
    int function(key, struct type *record, char *buffer, size_t size, struct type **found)         \
    {                                                                                              \
        if (!FAILS(#function))                                                                     \
            return REAL(int (*)(key, struct type *, char *, size_t, struct type **), #function)(   \
                wanted, record, buffer, size, found);                                              \
        memset(record, 0, sizeof *record);                                                         \
        *found = shim_says("nulls") ? record : NULL;                                               \
        return (int)fault_number;                                                                  \
    }

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnonnull"
RECORD(getpwnam_r, passwd, const char *wanted)
RECORD(getpwuid_r, passwd, uid_t wanted)
RECORD(getgrgid_r, group, gid_t wanted)
RECORD(getgrnam_r, group, const char *wanted)
#pragma GCC diagnostic pop

/* "small": there is never room enough; "negative": a count that cannot be. */
int getgrouplist(const char *user, gid_t group, gid_t *groups, int *room)
{
    if (!FAILS("getgrouplist"))
        return REAL(int (*)(const char *, gid_t, gid_t *, int *), "getgrouplist")(user, group,
                                                                                  groups, room);
    if (shim_says("small"))
        *room += 1;
    if (shim_says("negative"))
        *room = -5;
    return -1;
}

/* Only where the test is about memory: of the calls in shim.c's list these would be nearly all. The
 * allocator's own names, since dlsym(3) allocates. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *at, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static int no_memory(const void *from)
{
    return shim_is_about("memory") && shim_fails("memory", from);
}

void *malloc(size_t size)
{
    return no_memory(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return no_memory(__builtin_return_address(0)) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *at, size_t size)
{
    return no_memory(__builtin_return_address(0)) ? NULL : __libc_realloc(at, size);
}

int posix_memalign(void **at, size_t alignment, size_t size)
{
    if (no_memory(__builtin_return_address(0)))
        return ENOMEM;
    *at = __libc_memalign(alignment, size);
    return *at ? 0 : ENOMEM;
}

long sysconf(int name)
{
    return FAILS("sysconf") ? fault_number : REAL(long (*)(int), "sysconf")(name);
}
