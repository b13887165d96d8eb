/* Threads for the C tests.  Include <winsock2.h> and <windows.h> first.
 *
 * Some facts are about threads that wait already.  No function of Windows tells whether a thread
 * does, and a sleep would only guess; but both Lapwing and Wine run threads of Linux, whose state
 * stands in /proc.  (Wine 8 hands a bare system call to Linux, which is how a program of its
 * learns its Linux numbers.)  */
#ifndef LAPWING_TESTS_CHECK_THREAD_H
#define LAPWING_TESTS_CHECK_THREAD_H

#include <time.h>
#include "check.h"

#ifdef __MINGW32__
#define CHECK_TASK_STATE "\\\\?\\unix\\proc\\%ld\\task\\%ld\\stat"
#else
#define CHECK_TASK_STATE "/proc/%ld/task/%ld/stat"
#endif

/* A thread that runs a routine and can be asked whether it sleeps. */
struct check_thread {
    HANDLE handle;
    DWORD id;
    void (*routine)(void *);
    void *argument;
    volatile LONG linux_id;
    volatile LONG ready;
};

static long check_linux_call(long number)
{
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(number) : "rcx", "r11", "memory");
    return result;
}

CHECK_UNUSED static DWORD WINAPI check_thread_main(void *parameter)
{
    struct check_thread *thread = parameter;
    InterlockedExchange(&thread->linux_id, (LONG)check_linux_call(186));
    thread->routine(thread->argument);
    return 0;
}

/* Starts a thread; the structure must stay until it is joined. */
CHECK_UNUSED static void check_thread_start(struct check_thread *thread, void (*routine)(void *),
                                            void *argument)
{
    memset(thread, 0, sizeof *thread);
    thread->routine = routine;
    thread->argument = argument;
    thread->handle = CreateThread(NULL, 0, check_thread_main, thread, 0, &thread->id);
    REQUIRE(thread->handle != NULL);
}

/* Waits for the end of the thread; a hang ends the program. */
CHECK_UNUSED static void check_thread_join(struct check_thread *thread)
{
    DWORD joined = WaitForSingleObject(thread->handle, 20000);
    REQUIRE(joined == 0);
    CloseHandle(thread->handle);
}

/* The thread is about to make the call in which it is expected to block.  Called by it. */
CHECK_UNUSED static void check_thread_about_to_block(struct check_thread *thread)
{
    InterlockedExchange(&thread->ready, 1);
}

static char check_thread_state(struct check_thread *thread)
{
    char path[80], text[400];
    const char *behind_name;
    FILE *file;
    size_t length = 0;

    snprintf(path, sizeof path, CHECK_TASK_STATE, check_linux_call(39), (long)thread->linux_id);
    file = fopen(path, "rb");
    if (file) {
        length = fread(text, 1, sizeof text - 1, file);
        fclose(file);
    }
    text[length] = 0;
    behind_name = strrchr(text, ')');
    return behind_name && behind_name[1] ? behind_name[2] : '?';
}

/* Returns once the thread has called check_thread_about_to_block and sleeps since. */
CHECK_UNUSED static void check_thread_wait_blocked(struct check_thread *thread)
{
    /* Seen often: a short sleep on the way, in a call of Wine's server, is not the one meant. */
    int seen = 0;
    time_t begin = time(NULL);
    while (seen < 50) {
        seen = thread->ready && check_thread_state(thread) == 'S' ? seen + 1 : 0;
        if (time(NULL) - begin > 20)
            REQUIRE(!"the thread blocks");
    }
    thread->ready = 0;
}

#endif
