/* A name service (nss(5)) as the client of a directory is one: it knows carol by any spelling, opens
 * several descriptors to say what groups she is in, and says nothing when it cannot have them, when
 * the environment says that it is not there, or when the answer is late (erin's). */

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netdb.h>
#include <nss.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CAROL = 6000, OPS = 6001, BROKEN = 6002, GONE = 6003, DESCRIPTORS = 12 };

/* Users by their primary group, whose names nobody can say of the last two. */
static const struct {
    const char *name;
    gid_t group;
} users[] = {{"carol", CAROL}, {"erin", CAROL}, {"dave", BROKEN}, {"frank", GONE}};

static char *no_members[] = {NULL};

/* As much room as a client takes that brings its own TLS and more. */
__attribute__((used)) static char libraries[12 << 20];

enum nss_status _nss_directory_getpwnam_r(const char *name, struct passwd *record, char *buffer,
                                          size_t length, int *error) {
    (void)buffer;
    (void)length;
    size_t i = 0;
    while (i < sizeof users / sizeof *users && strcasecmp(name, users[i].name) != 0)
        i++;
    if (i == sizeof users / sizeof *users) {
        *error = ENOENT;
        return NSS_STATUS_NOTFOUND;
    }
    *record = (struct passwd){.pw_name = (char *)users[i].name,
                              .pw_passwd = "x",
                              .pw_uid = CAROL,
                              .pw_gid = users[i].group,
                              .pw_gecos = "",
                              .pw_dir = "/",
                              .pw_shell = "/bin/sh"};
    return NSS_STATUS_SUCCESS;
}

enum nss_status _nss_directory_getgrgid_r(gid_t gid, struct group *record, char *buffer,
                                          size_t length, int *error) {
    (void)buffer;
    (void)length;
    if (gid == BROKEN || gid == GONE) {
        /* The second as from connect(2), when the directory's daemon does not run. */
        *error = gid == BROKEN ? EIO : ENOENT;
        return NSS_STATUS_UNAVAIL;
    }
    if (gid != CAROL && gid != OPS) {
        *error = ENOENT;
        return NSS_STATUS_NOTFOUND;
    }
    *record = (struct group){.gr_name = gid == OPS ? "ops" : "carol",
                             .gr_passwd = "x",
                             .gr_gid = gid,
                             .gr_mem = no_members};
    return NSS_STATUS_SUCCESS;
}

/* `Ops` is found as `ops`, as in a directory that does not tell letters apart; for `out` its daemon does not run. */
enum nss_status _nss_directory_getgrnam_r(const char *name, struct group *record, char *buffer,
                                          size_t length, int *error) {
    gid_t gid = strcasecmp(name, "ops") == 0 ? OPS : strcmp(name, "carol") == 0 ? CAROL : 0;
    return _nss_directory_getgrgid_r(strcmp(name, "out") == 0 ? GONE : gid, record, buffer, length, error);
}

enum nss_status _nss_directory_initgroups_dyn(const char *name, gid_t group, long int *start,
                                              long int *size, gid_t **groups, long int limit,
                                              int *error) {
    (void)group;
    (void)limit;
    int opened[DESCRIPTORS], count = 0;
    while (count < DESCRIPTORS && (opened[count] = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0)
        count++;
    for (int i = 0; i < count; i++)
        close(opened[i]);
    if (count < DESCRIPTORS) {
        *error = EMFILE;
        return NSS_STATUS_UNAVAIL;
    }
    /* As `_SSS_LOOPS=NO` and `_NO_WINBINDD=1` do it. */
    if (getenv("_NO_DIRECTORY") != NULL)
        return NSS_STATUS_NOTFOUND;
    if (strcmp(name, "erin") == 0) {
        nanosleep(&(struct timespec){.tv_sec = 2, .tv_nsec = 200 * 1000 * 1000}, NULL);
        *error = ETIMEDOUT;
        return NSS_STATUS_UNAVAIL;
    }
    if (strcmp(name, "carol") != 0)
        return NSS_STATUS_NOTFOUND;
    if (*start == *size) {
        gid_t *more = realloc(*groups, (*size + 1) * sizeof **groups);
        if (more == NULL) {
            *error = ENOMEM;
            return NSS_STATUS_TRYAGAIN;
        }
        *groups = more;
        *size += 1;
    }
    (*groups)[(*start)++] = OPS;
    return NSS_STATUS_SUCCESS;
}

/* One host, at 127.0.0.1. */
enum nss_status _nss_directory_gethostbyname2_r(const char *name, int family, struct hostent *record,
                                                char *buffer, size_t length, int *error,
                                                int *h_error) {
    static char *no_aliases[] = {NULL};
    static char address[] = {127, 0, 0, 1};
    static char *addresses[] = {address, NULL};
    (void)buffer;
    (void)length;
    if (getenv("_NO_DIRECTORY") != NULL || family != AF_INET || strcmp(name, "proxy.directory") != 0) {
        *error = ENOENT;
        *h_error = HOST_NOT_FOUND;
        return NSS_STATUS_NOTFOUND;
    }
    *record = (struct hostent){.h_name = "proxy.directory",
                               .h_aliases = no_aliases,
                               .h_addrtype = AF_INET,
                               .h_length = sizeof address,
                               .h_addr_list = addresses};
    *h_error = NETDB_SUCCESS;
    return NSS_STATUS_SUCCESS;
}
