/*
 * A host, as pamtalk is one, in C: without a runtime that blocks, ignores or handles anything.
 *
 *   host MODE [ARGUMENT] --confdir DIR --service NAME --user NAME [--rhost NAME]
 *
 * It tells pamtalk's report.
 */
#include <security/pam_appl.h>
#include <stdio.h>

struct call {
    int code;
    double ms;
};

struct host {
    const char *confdir, *service, *user, *rhost, *argument;
    struct pam_conv conversation;
    /* Where the report goes, above the descriptors that a mode closes. */
    FILE *report;
    struct call calls[2048];
    int count;
};

/* pam_start, pam_authenticate, pam_end; the code is kept. */
int login(struct host *host);
pam_handle_t *begin(struct host *host);
int authenticate(struct host *host, pam_handle_t *handle);
void end(pam_handle_t *handle, int code);
void keep(struct host *host, int code, double ms);
double now_ms(void);
/* Answers every message with what a polite host answers. */
int polite(int count, const struct pam_message **messages, struct pam_response **responses,
           void *unused);

/* In modes.c, conversations.c and many.c; 0 for a mode that is known. */
int run_mode(struct host *host, const char *mode);
int talk_mode(struct host *host, const char *mode);
int many_mode(struct host *host, const char *mode);

/* In snapshot.c: an object with what pamtalk's hygiene has. */
void snapshot(FILE *out);
char *taken(void);
