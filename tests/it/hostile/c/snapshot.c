/* What pamtalk's hygiene.rs sees of a process, for a host in C. */
#include <dirent.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host.h"

extern char **environ;

static void text(FILE *out, const char *value)
{
    putc('"', out);
    for (; *value; value++) {
        unsigned char byte = (unsigned char)*value;
        if (byte == '"' || byte == '\\' || byte < ' ' || byte > '~')
            fprintf(out, "\\u%04x", byte);
        else
            putc(byte, out);
    }
    putc('"', out);
}

static void file(FILE *out, const char *path)
{
    char buffer[16384];
    FILE *in = fopen(path, "re");
    size_t size = in ? fread(buffer, 1, sizeof buffer - 1, in) : 0;
    buffer[size] = 0;
    if (in)
        fclose(in);
    text(out, buffer);
}

static void descriptors(FILE *out)
{
    DIR *folder = opendir("/proc/self/fd");
    const char *comma = "";
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        char path[512], target[4096];
        if (entry->d_name[0] == '.' || atoi(entry->d_name) == dirfd(folder))
            continue;
        snprintf(path, sizeof path, "/proc/self/fd/%s", entry->d_name);
        ssize_t size = readlink(path, target, sizeof target - 1);
        target[size > 0 ? size : 0] = 0;
        fprintf(out, "%s\"%s\":", comma, entry->d_name);
        text(out, target);
        comma = ",";
    }
    if (folder)
        closedir(folder);
}

/* Signal masks without 32 and 33, which glibc takes for itself with a process's first thread. */
static void status(FILE *out, long *resident)
{
    static const char *const names[] = {"Umask",  "Uid",    "Gid",    "Groups", "Threads", "SigPnd",
                                        "ShdPnd", "SigBlk", "SigIgn", "SigCgt"};
    FILE *in = fopen("/proc/self/status", "re");
    char line[4096];
    const char *comma = "";
    while (in && fgets(line, sizeof line, in)) {
        char *colon = strchr(line, ':');
        if (!colon)
            continue;
        *colon = 0;
        char *value = colon + 1 + strspn(colon + 1, " \t");
        value[strcspn(value, "\n")] = 0;
        if (strcmp(line, "VmRSS") == 0)
            *resident = atol(value);
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            if (strcmp(line, names[i]) != 0)
                continue;
            char mask[32];
            if (strncmp(line, "Sig", 3) == 0) {
                unsigned long long bits = strtoull(value, NULL, 16);
                snprintf(mask, sizeof mask, "%016llx", bits & ~(3ULL << 31));
                value = mask;
            }
            fprintf(out, "%s\"%s\":", comma, line);
            text(out, value);
            comma = ",";
        }
    }
    if (in)
        fclose(in);
}

void snapshot(FILE *out)
{
    char cwd[4096];
    long resident = 0;
    fprintf(out, "{\"fds\":{");
    descriptors(out);
    fprintf(out, "},\"status\":{");
    status(out, &resident);
    fprintf(out, "},\"rss_kib\":%ld,\"cwd\":", resident);
    text(out, getcwd(cwd, sizeof cwd) ? cwd : "none");
    fprintf(out, ",\"limits\":");
    file(out, "/proc/self/limits");
    fprintf(out, ",\"locale\":");
    text(out, setlocale(LC_ALL, NULL));
    fprintf(out, ",\"children\":");
    file(out, "/proc/thread-self/children");
    fprintf(out, ",\"environment\":[");
    for (char **each = environ; *each; each++) {
        fprintf(out, "%s", each == environ ? "" : ",");
        text(out, *each);
    }
    fprintf(out, "]}");
}

/* A thread that nobody joins is gone a moment after its descriptors are. */
char *taken(void)
{
    char *told = NULL;
    size_t size = 0;
    usleep(20000);
    FILE *out = open_memstream(&told, &size);
    if (!out)
        abort();
    snapshot(out);
    fclose(out);
    return told;
}
