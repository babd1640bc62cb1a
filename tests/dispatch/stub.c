/* A PAM module that returns the code in its second argument, and says its first to the application. */
#include <stdlib.h>
#include <security/pam_modules.h>
#include <security/pam_ext.h>

static int stub(pam_handle_t *pamh, int argc, const char **argv) {
    if (argc < 2 || pam_info(pamh, "%s", argv[0]) != PAM_SUCCESS)
        abort(); /* An answer would be taken for the code that was asked for. */
    return atoi(argv[1]);
}

#define ENTRY(name)                                                            \
    int name(pam_handle_t *pamh, int flags, int argc, const char **argv) {     \
        (void)flags;                                                           \
        return stub(pamh, argc, argv);                                         \
    }

ENTRY(pam_sm_authenticate)
ENTRY(pam_sm_setcred)
ENTRY(pam_sm_acct_mgmt)
