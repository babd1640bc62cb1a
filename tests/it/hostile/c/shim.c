/*
 * shim: an LD_PRELOAD that makes one call of the module under test into libc or libpam fail; for those
 * that are no system call, which inject.c cannot see. Calls by anybody else go through untouched.
 *
 *   SHIM_MODULE  part of the module's path
 *   SHIM_REPORT  a file that gets a line for each call: function, site, how many times, made to fail
 *   SHIM_TARGET  FUNCTION:SITE:NTH; with NTH 0 each call of that function, with SITE 0 the NTH from
 *                anywhere
 *   SHIM_FAULT   a number or a word, see shim_calls.c
 */
#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shim.h"

long fault_number;

struct call {
    char function[32];
    unsigned long site;
    int times, fails;
};

static struct call calls[16384];
static struct call target;
static int count, wanted_nth = -1;
static char word[32], module[4096], report[4096];
static unsigned long base, end;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* The module must not find these in an environment that it does not read. */
static void take(const char *name, char *to, size_t size)
{
    const char *value = getenv(name);
    snprintf(to, size, "%s", value ? value : "");
    unsetenv(name);
}

__attribute__((constructor)) static void begin(void)
{
    char text[128];
    take("SHIM_MODULE", module, sizeof module);
    take("SHIM_REPORT", report, sizeof report);
    take("SHIM_FAULT", word, sizeof word);
    take("SHIM_TARGET", text, sizeof text);
    fault_number = strtol(word, NULL, 10);
    if (sscanf(text, "%31[^:]:%lx:%d", target.function, &target.site, &wanted_nth) != 3)
        wanted_nth = -1;
}

__attribute__((destructor)) static void finish(void)
{
    FILE *out = *report ? fopen(report, "we") : NULL;
    for (int i = 0; out && i < count; i++)
        fprintf(out, "%s %lx %d %d\n", calls[i].function, calls[i].site, calls[i].times,
                calls[i].fails);
    if (out)
        fclose(out);
}

static int find(struct dl_phdr_info *info, size_t size, void *unused)
{
    (void)size;
    (void)unused;
    if (!*module || !strstr(info->dlpi_name, module))
        return 0;
    base = info->dlpi_addr;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        if (part->p_type == PT_LOAD && base + part->p_vaddr + part->p_memsz > end)
            end = base + part->p_vaddr + part->p_memsz;
    }
    return 1;
}

static int times(const char *function, unsigned long site)
{
    for (int i = count; i-- > 0;)
        if (calls[i].site == site && strcmp(calls[i].function, function) == 0)
            return calls[i].times + 1;
    return 1;
}

static int is_wanted(const char *function, unsigned long site, int nth)
{
    static int from_anywhere;
    if (strcmp(target.function, function) != 0)
        return 0;
    from_anywhere++;
    if (wanted_nth == 0)
        return 1;
    return target.site ? target.site == site && wanted_nth == nth : wanted_nth == from_anywhere;
}

int shim_fails(const char *function, const void *from)
{
    if (!end)
        dl_iterate_phdr(find, NULL);
    unsigned long at = (unsigned long)from;
    if (at < base || at >= end)
        return 0;
    pthread_mutex_lock(&lock);
    int nth = times(function, at - base);
    int fails = is_wanted(function, at - base, nth);
    if (count < (int)(sizeof calls / sizeof *calls)) {
        struct call *call = &calls[count++];
        snprintf(call->function, sizeof call->function, "%s", function);
        call->site = at - base;
        call->times = nth;
        call->fails = fails;
    }
    pthread_mutex_unlock(&lock);
    return fails;
}

int shim_is_about(const char *function)
{
    return strcmp(target.function, function) == 0;
}

int shim_says(const char *wanted)
{
    return strcmp(word, wanted) == 0;
}

void *shim_real(const char *function)
{
    void *real = dlsym(RTLD_NEXT, function);
    if (!real)
        abort();
    return real;
}
