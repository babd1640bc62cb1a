/* A name service (nss(5)) as the client of a directory is one: it knows carol by any spelling, opens
 * several descriptors to say what groups she is in, and says nothing when it cannot have them. */

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <nss.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { CAROL = 6000, OPS = 6001, BROKEN = 6002, GONE = 6003, DESCRIPTORS = 12 };

static char *no_members[] = {NULL};

enum nss_status _nss_directory_getpwnam_r(const char *name, struct passwd *record, char *buffer,
                                          size_t length, int *error) {
    (void)buffer;
    (void)length;
    int broken = strcmp(name, "dave") == 0, gone = strcmp(name, "erin") == 0;
    /* What nslcd's client says of a socket that is not there. */
    if (strcmp(name, "frank") == 0) {
        *error = ENOENT;
        return NSS_STATUS_UNAVAIL;
    }
    if (strcasecmp(name, "carol") != 0 && !broken && !gone) {
        *error = ENOENT;
        return NSS_STATUS_NOTFOUND;
    }
    *record = (struct passwd){.pw_name = broken ? "dave" : gone ? "erin" : "carol",
                              .pw_passwd = "x",
                              .pw_uid = CAROL,
                              .pw_gid = broken ? BROKEN : gone ? GONE : CAROL,
                              .pw_gecos = "",
                              .pw_dir = "/",
                              .pw_shell = "/bin/sh"};
    return NSS_STATUS_SUCCESS;
}

enum nss_status _nss_directory_getgrgid_r(gid_t gid, struct group *record, char *buffer,
                                          size_t length, int *error) {
    (void)buffer;
    (void)length;
    if (gid == BROKEN) {
        *error = EIO;
        return NSS_STATUS_UNAVAIL;
    }
    if (gid == GONE) {
        *error = ENOENT;
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

enum nss_status _nss_directory_initgroups_dyn(const char *name, gid_t group, long int *start,
                                              long int *size, gid_t **groups, long int limit,
                                              int *error) {
    (void)group;
    (void)limit;
    /* What the clients of sssd and winbind do, so that their daemons do not ask themselves. */
    const char *loops = getenv("_SSS_LOOPS"), *off = getenv("_NO_WINBINDD");
    if ((loops != NULL && strcmp(loops, "NO") == 0) || (off != NULL && strcmp(off, "1") == 0))
        return NSS_STATUS_NOTFOUND;
    int opened[DESCRIPTORS], count = 0;
    while (count < DESCRIPTORS && (opened[count] = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0)
        count++;
    for (int i = 0; i < count; i++)
        close(opened[i]);
    if (count < DESCRIPTORS) {
        *error = EMFILE;
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
