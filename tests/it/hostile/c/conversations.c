/* Conversations that no host should have. The argument says which; a 'p' in front of it: prompts only. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host.h"

static const char *manner;

static char *filled(size_t size, int byte)
{
    char *text = malloc(size + 1);
    if (!text)
        abort();
    memset(text, byte, size);
    text[size] = 0;
    return text;
}

/* What stands in the place of a text. */
static char *garbage(void)
{
    if (strcmp(manner, "null-text") == 0)
        return NULL;
    if (strcmp(manner, "empty") == 0)
        return filled(0, 0);
    if (strcmp(manner, "huge") == 0)
        return filled(64 << 20, '1');
    if (strcmp(manner, "not-utf8") == 0)
        return filled(300, 0xff);
    if (strcmp(manner, "control") == 0)
        return filled(300, 0x1b);
    if (strcmp(manner, "newlines") == 0)
        return filled(300, '\n');
    return strdup("1");
}

static int crooked(int count, const struct pam_message **messages, struct pam_response **responses,
                   void *unused)
{
    (void)messages;
    (void)unused;
    if (strncmp(manner, "code", 4) == 0)
        return atoi(manner + 4);
    /* As a host that says yes, and has nothing to give. */
    if (strcmp(manner, "no-array") == 0) {
        *responses = NULL;
        return PAM_SUCCESS;
    }
    if (strcmp(manner, "untouched") == 0)
        return PAM_SUCCESS;
    if (strcmp(manner, "closes") == 0)
        for (int fd = 3; fd < 60; fd++)
            close(fd);
    if (strcmp(manner, "blocks") == 0)
        sleep(4);
    *responses = calloc((size_t)count, sizeof **responses);
    if (!*responses)
        abort();
    for (int i = 0; i < count; i++) {
        /* Also for what is no prompt, and with a code that has to be zero. */
        (*responses)[i].resp = garbage();
        (*responses)[i].resp_retcode = 0x5a5a5a5a;
    }
    return strcmp(manner, "array-and-error") == 0 ? PAM_CONV_ERR : PAM_SUCCESS;
}

static pam_handle_t *transaction;

/* Answers, and puts another user in the place of PAM_USER: when something is asked, when something is
 * told, or with the last words. */
static int exchanging(int count, const struct pam_message **messages,
                      struct pam_response **responses, void *unused)
{
    int asks = messages[0]->msg_style == PAM_PROMPT_ECHO_ON;
    int now = strcmp(manner, "asked") == 0      ? asks
              : strcmp(manner, "approved") == 0 ? strcmp(messages[0]->msg, "Approved.") == 0
                                                : !asks;
    if (now && pam_set_item(transaction, PAM_USER, "nobody") != PAM_SUCCESS)
        abort();
    int code = polite(count, messages, responses, unused);
    if (code == PAM_SUCCESS && asks)
        (*responses)[0].resp = strdup("1");
    return code;
}

/* One authentication, or the account phase; then the user is again who it was, and authenticates. */
static void exchange(struct host *host)
{
    host->conversation.conv = exchanging;
    transaction = begin(host);
    if (!transaction)
        return;
    if (strcmp(manner, "account") == 0)
        keep(host, pam_acct_mgmt(transaction, 0), 0);
    else
        authenticate(host, transaction);
    manner = "asked";
    if (pam_set_item(transaction, PAM_USER, host->user) != PAM_SUCCESS)
        abort();
    end(transaction, authenticate(host, transaction));
}

int talk_mode(struct host *host, const char *mode)
{
    if (strcmp(mode, "exchanging") == 0) {
        manner = host->argument;
        exchange(host);
        return 0;
    }
    if (strcmp(mode, "crooked") != 0)
        return -1;
    manner = host->argument;
    host->conversation.conv = crooked;
    login(host);
    return 0;
}
