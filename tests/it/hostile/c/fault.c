/* See fault.h. */
#include "fault.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>

#ifndef __x86_64__
#error "registers are set for x86-64 only: add this processor to set_call, set_size and set_result"
#endif

static const char *const kinds[] = {"",         "after",    "short",     "revents",  "value",
                                    "stat-uid", "stat-mode", "stat-type", "stat-size"};
enum { SKIP, AFTER, SHORT, REVENTS, VALUE, UID, MODE, TYPE, SIZE, KINDS };
static int kind;
static long value;

int fault_parse(const char *word)
{
    char *end;
    value = strtol(word, &end, 10);
    if (end != word && !*end) {
        kind = SKIP;
        return 0;
    }
    for (kind = AFTER; kind < KINDS; kind++) {
        size_t length = strlen(kinds[kind]);
        if (strncmp(word, kinds[kind], length) != 0)
            continue;
        if (!word[length])
            return 0;
        value = strtol(word + length, &end, 10);
        if (end != word + length && !*end)
            return 0;
    }
    return -1;
}

static void with_registers(pid_t pid, unsigned long long *(*which)(struct user_regs_struct *),
                           unsigned long long new_value)
{
    struct user_regs_struct registers;
    if (ptrace(PTRACE_GETREGS, pid, 0, &registers) == 0) {
        *which(&registers) = new_value;
        ptrace(PTRACE_SETREGS, pid, 0, &registers);
    }
}

static unsigned long long *call_register(struct user_regs_struct *registers)
{
    return &registers->orig_rax;
}

static unsigned long long *size_register(struct user_regs_struct *registers)
{
    return &registers->rdx;
}

/* getrandom(2) has no descriptor in front. */
static unsigned long long *second_register(struct user_regs_struct *registers)
{
    return &registers->rsi;
}

static unsigned long long *result_register(struct user_regs_struct *registers)
{
    return &registers->rax;
}

void fault_before(const struct entry *call)
{
    if (kind == SKIP)
        with_registers(call->pid, call_register, (unsigned long long)-1);
    else if (kind == SHORT)
        with_registers(call->pid, call->number == SYS_getrandom ? second_register : size_register, 1);
}

static int get(pid_t pid, unsigned long from, void *to, size_t size)
{
    struct iovec own = {to, size}, theirs = {(void *)from, size};
    return process_vm_readv(pid, &own, 1, &theirs, 1, 0) == (ssize_t)size;
}

static void put(pid_t pid, unsigned long to, void *from, size_t size)
{
    struct iovec own = {from, size}, theirs = {(void *)to, size};
    if (process_vm_writev(pid, &own, 1, &theirs, 1, 0) != (ssize_t)size)
        fprintf(stderr, "inject: cannot write what the call says\n");
}

static long lie_of_poll(const struct entry *call)
{
    for (unsigned long i = 0; i < call->args[1]; i++) {
        struct pollfd fd;
        unsigned long at = call->args[0] + i * sizeof fd;
        if (!get(call->pid, at, &fd, sizeof fd))
            continue;
        fd.revents = (short)value;
        put(call->pid, at, &fd, sizeof fd);
    }
    return (long)call->args[1];
}

static void lie_of_stat(const struct entry *call)
{
    struct stat file;
    unsigned long at = call->args[call->number == SYS_newfstatat ? 2 : 1];
    if (!get(call->pid, at, &file, sizeof file))
        return;
    if (kind == UID)
        file.st_uid = 12345;
    if (kind == MODE)
        file.st_mode |= 0022;
    if (kind == TYPE)
        file.st_mode = S_IFIFO | (file.st_mode & 07777);
    if (kind == SIZE)
        file.st_size = 1L << 40;
    put(call->pid, at, &file, sizeof file);
}

long fault_after(const struct entry *call, long result)
{
    int said = (int)value;
    if (kind == SHORT)
        return result;
    if (kind == SKIP || kind == AFTER)
        result = value;
    else if (kind == REVENTS)
        result = lie_of_poll(call);
    else if (kind == VALUE)
        put(call->pid, call->args[3], &said, sizeof said);
    else
        lie_of_stat(call);
    with_registers(call->pid, result_register, (unsigned long long)result);
    return result;
}
