/*
 * inject: runs a host under ptrace(2) and makes one system call of the module under test fail.
 *
 *   inject REPORT MODULE TARGET FAULT COMMAND...
 *
 * The module makes part of its calls without libc, so that no LD_PRELOAD could see them. Only what
 * lies between the two marks of mark.c counts; TARGET is "-" (none) or THREAD:NUMBER:SITE:NTH, where
 * SITE is the place in the module that the call came from, and NTH counts the calls from there. With
 * NTH 0 each call of that number fails, in whatever thread and from wherever. FAULTs are in fault.c.
 *
 * REPORT gets a line for each call: thread, number, site, how many times by now, whether it was made to
 * fail, whether the log was being written, and what it returned.
 */
#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault.h"
#include "mark.h"

struct thread {
    pid_t pid;
    int entered, fails, logging, nth;
    struct entry call;
    unsigned long site;
};

struct seen {
    int thread, times;
    long number;
    unsigned long site;
};

static struct thread threads[32];
static struct seen seen[4096];
static int thread_count, seen_count, inside, logging;
static unsigned long text_begin, text_end, base;
static int target_thread = -1, target_nth = -1;
static long target_number;
static unsigned long target_site;
static FILE *report;

static void die(const char *what)
{
    fprintf(stderr, "inject: %s: %s\n", what, strerror(errno));
    exit(125);
}

static struct thread *find_thread(pid_t pid)
{
    for (int i = 0; i < thread_count; i++)
        if (threads[i].pid == pid)
            return &threads[i];
    if (thread_count == (int)(sizeof threads / sizeof *threads))
        die("too many threads");
    threads[thread_count].pid = pid;
    return &threads[thread_count++];
}

/* Where the module's code lies in the host; nowhere when another stands in its place. */
static void find_module(pid_t pid, const char *module)
{
    char path[64], line[4096];
    snprintf(path, sizeof path, "/proc/%d/maps", pid);
    FILE *maps = fopen(path, "re");
    if (!maps)
        die(path);
    base = text_begin = text_end = 0;
    while (fgets(line, sizeof line, maps)) {
        unsigned long from, to;
        char mode[8];
        if (!strstr(line, module) || sscanf(line, "%lx-%lx %7s", &from, &to, mode) != 3)
            continue;
        if (!base)
            base = from;
        if (mode[2] == 'x') {
            text_begin = from;
            text_end = to;
        }
    }
    fclose(maps);
}

/* The call's own address, or the nearest return address on the stack that is the module's. */
static unsigned long site_of(pid_t pid, unsigned long ip, unsigned long sp)
{
    static unsigned long stack[2048];
    if (ip >= text_begin && ip < text_end)
        return ip - base;
    struct iovec own = {stack, sizeof stack}, theirs = {(void *)sp, sizeof stack};
    ssize_t size = process_vm_readv(pid, &own, 1, &theirs, 1, 0);
    while (size < 0 && theirs.iov_len > 512) {
        theirs.iov_len /= 2;
        size = process_vm_readv(pid, &own, 1, &theirs, 1, 0);
    }
    for (ssize_t i = 0; i < size / (ssize_t)sizeof *stack; i++)
        if (stack[i] >= text_begin && stack[i] < text_end)
            return stack[i] - base;
    return 0;
}

static int times(int thread, long number, unsigned long site)
{
    for (int i = 0; i < seen_count; i++)
        if (seen[i].thread == thread && seen[i].number == number && seen[i].site == site)
            return ++seen[i].times;
    if (seen_count < (int)(sizeof seen / sizeof *seen))
        seen[seen_count++] = (struct seen){thread, 1, number, site};
    return 1;
}

static void enter(struct thread *thread, const struct __ptrace_syscall_info *info)
{
    int ordinal = (int)(thread - threads);
    struct entry *call = &thread->call;
    call->pid = thread->pid;
    call->number = (long)info->entry.nr;
    for (int i = 0; i < 6; i++)
        call->args[i] = info->entry.args[i];
    thread->site = site_of(thread->pid, info->instruction_pointer, info->stack_pointer);
    /* Datagrams of this family are for the log: the clients of nscd use streams. */
    if (call->number == SYS_socket && call->args[0] == AF_UNIX &&
        (call->args[1] & 0xf) == SOCK_DGRAM)
        logging = 1;
    thread->logging = logging;
    thread->nth = times(ordinal, call->number, thread->site);
    int this_one = target_thread == ordinal && target_site == thread->site &&
                   target_nth == thread->nth;
    thread->fails = target_number == call->number && (this_one || target_nth == 0);
    if (thread->fails)
        fault_before(call);
}

static void leave(struct thread *thread, long result)
{
    if (thread->fails)
        result = fault_after(&thread->call, result);
    fprintf(report, "%d %ld %lx %d %d %d %ld\n", (int)(thread - threads), thread->call.number,
            thread->site, thread->nth, thread->fails, thread->logging, result);
    thread->fails = 0;
}

static void on_call(struct thread *thread, const char *module)
{
    struct __ptrace_syscall_info info;
    if (ptrace(PTRACE_GET_SYSCALL_INFO, thread->pid, sizeof info, &info) < 0)
        return;
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
        if (info.entry.nr == SYS_prctl && info.entry.args[0] == MARK) {
            inside = info.entry.args[1] != 0;
            if (inside)
                find_module(thread->pid, module);
        } else if (inside) {
            thread->entered = 1;
            enter(thread, &info);
        }
    } else if (info.op == PTRACE_SYSCALL_INFO_EXIT && thread->entered) {
        thread->entered = 0;
        leave(thread, (long)info.exit.rval);
    }
}

/* What a stop means for the traced thread: the signal that it shall get. */
static int on_stop(struct thread *thread, int status, const char *module)
{
    int signal = WSTOPSIG(status);
    if (signal == (SIGTRAP | 0x80)) {
        on_call(thread, module);
        return 0;
    }
    /* A new thread begins with a stop of its own. */
    if (signal == SIGTRAP || (signal == SIGSTOP && thread != threads))
        return 0;
    return signal;
}

static int trace(pid_t first, const char *module)
{
    int status;
    if (waitpid(first, &status, 0) < 0 || !WIFSTOPPED(status))
        die("the command did not start");
    long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL;
    if (ptrace(PTRACE_SETOPTIONS, first, 0, options) < 0)
        die("ptrace");
    find_thread(first);
    ptrace(PTRACE_SYSCALL, first, 0, 0);
    for (;;) {
        pid_t pid = waitpid(-1, &status, __WALL);
        if (pid < 0)
            die("waitpid");
        if (pid == first && (WIFEXITED(status) || WIFSIGNALED(status)))
            return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        if (WIFSTOPPED(status)) {
            int signal = on_stop(find_thread(pid), status, module);
            ptrace(PTRACE_SYSCALL, pid, 0, signal);
        }
    }
}

int main(int argc, char **argv)
{
    if (argc < 6) {
        fprintf(stderr, "inject REPORT MODULE TARGET FAULT COMMAND...\n");
        return 125;
    }
    report = fopen(argv[1], "we");
    if (!report)
        die(argv[1]);
    if (strcmp(argv[3], "-") != 0 &&
        (sscanf(argv[3], "%d:%ld:%lx:%d", &target_thread, &target_number, &target_site,
                &target_nth) != 4 || fault_parse(argv[4]) < 0)) {
        fprintf(stderr, "inject: no such target or fault: %s %s\n", argv[3], argv[4]);
        return 125;
    }
    pid_t child = fork();
    if (child < 0)
        die("fork");
    if (child == 0) {
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        execvp(argv[5], argv + 5);
        die(argv[5]);
    }
    int status = trace(child, argv[2]);
    fclose(report);
    return status;
}
