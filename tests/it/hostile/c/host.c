/* See host.h. */
#include "host.h"

#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *const names[] = {
    "PAM_SUCCESS",     "PAM_OPEN_ERR",      "PAM_SYMBOL_ERR",   "PAM_SERVICE_ERR",
    "PAM_SYSTEM_ERR",  "PAM_BUF_ERR",       "PAM_PERM_DENIED",  "PAM_AUTH_ERR",
    "PAM_CRED_INSUFFICIENT", "PAM_AUTHINFO_UNAVAIL", "PAM_USER_UNKNOWN", "PAM_MAXTRIES",
};

double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

int polite(int count, const struct pam_message **messages, struct pam_response **responses,
           void *unused)
{
    (void)messages;
    (void)unused;
    *responses = calloc((size_t)count, sizeof **responses);
    return *responses ? PAM_SUCCESS : PAM_BUF_ERR;
}

void keep(struct host *host, int code, double ms)
{
    if (host->count < (int)(sizeof host->calls / sizeof *host->calls))
        host->calls[host->count++] = (struct call){code, ms};
}

pam_handle_t *begin(struct host *host)
{
    pam_handle_t *handle = NULL;
    int code = pam_start_confdir(host->service, host->user, &host->conversation, host->confdir,
                                 &handle);
    if (code == PAM_SUCCESS && host->rhost)
        code = pam_set_item(handle, PAM_RHOST, host->rhost);
    if (code != PAM_SUCCESS) {
        keep(host, code, 0);
        return NULL;
    }
    return handle;
}

int authenticate(struct host *host, pam_handle_t *handle)
{
    double before = now_ms();
    int code = pam_authenticate(handle, 0);
    keep(host, code, now_ms() - before);
    return code;
}

void end(pam_handle_t *handle, int code)
{
    pam_end(handle, code);
}

int login(struct host *host)
{
    pam_handle_t *handle = begin(host);
    if (!handle)
        return PAM_SYSTEM_ERR;
    int code = authenticate(host, handle);
    end(handle, code);
    return code;
}

static void tell(struct host *host, const char *before, const char *after)
{
    fprintf(host->report, "{\"turns\":[{\"calls\":[");
    for (int i = 0; i < host->count; i++) {
        int code = host->calls[i].code;
        int known = code >= 0 && code < (int)(sizeof names / sizeof *names);
        fprintf(host->report, "%s{\"name\":\"", i ? "," : "");
        if (known)
            fprintf(host->report, "%s", names[code]);
        else
            fprintf(host->report, "code %d", code);
        fprintf(host->report, "\",\"ms\":%.3f}", host->calls[i].ms);
    }
    fprintf(host->report, "],\"messages\":[],\"answers_left\":0}],\"before\":%s,\"after\":%s}\n",
            before, after);
    fclose(host->report);
}

int main(int argc, char **argv)
{
    static struct host host = {.conversation = {polite, NULL}};
    static const struct option options[] = {
        {"confdir", 1, NULL, 'c'}, {"service", 1, NULL, 's'}, {"user", 1, NULL, 'u'},
        {"rhost", 1, NULL, 'r'},   {"mode", 1, NULL, 'm'},    {"argument", 1, NULL, 'a'},
        {NULL, 0, NULL, 0},
    };
    const char *mode = "plain";
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (option) {
        case 'c': host.confdir = optarg; break;
        case 's': host.service = optarg; break;
        case 'u': host.user = optarg; break;
        case 'r': host.rhost = optarg; break;
        case 'm': mode = optarg; break;
        case 'a': host.argument = optarg; break;
        default: return 2;
        }
    }
    int report = fcntl(1, F_DUPFD_CLOEXEC, 200);
    host.report = fdopen(report, "w");
    if (!host.report || !host.confdir || !host.service || !host.user)
        return 2;
    char *before = taken();
    if (run_mode(&host, mode) < 0 && talk_mode(&host, mode) < 0 && many_mode(&host, mode) < 0) {
        fprintf(stderr, "host: no such mode: %s\n", mode);
        return 2;
    }
    tell(&host, before, taken());
    return host.count > 0 && host.calls[host.count - 1].code == PAM_SUCCESS ? 0 : 1;
}
