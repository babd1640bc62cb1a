/* A PAM module that says to inject.c where in the stack a call is, and nothing to libpam. */
#include <security/pam_modules.h>
#include <sys/prctl.h>

#include "mark.h"

int pam_sm_authenticate(pam_handle_t *handle, int flags, int argc, const char **argv)
{
    (void)handle;
    (void)flags;
    /* The kernel knows no such operation and refuses it. */
    prctl(MARK, argc > 0 && argv[0][0] == 'b', 0, 0, 0);
    return PAM_IGNORE;
}

int pam_sm_setcred(pam_handle_t *handle, int flags, int argc, const char **argv)
{
    (void)handle;
    (void)flags;
    (void)argc;
    (void)argv;
    return PAM_IGNORE;
}
