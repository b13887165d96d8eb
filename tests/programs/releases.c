// One thread releases another, again and again: the test counts the wake-ups between the marks.
//
//   releases event|semaphore|mutex
//
// Prints between the marks nothing, and behind them how many releases there were.
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROUNDS = 500 };

static HANDLE question, answer, mutex;

static void mark(const char *text, unsigned long length)
{
    if (write(1, text, length) < 0)
        abort();
}

static void take(HANDLE object)
{
    if (WaitForSingleObject(object, INFINITE) != WAIT_OBJECT_0)
        abort();
}

static void set(HANDLE object)
{
    if (!SetEvent(object) && !ReleaseSemaphore(object, 1, NULL))
        abort();
}

static void let_go(void)
{
    if (mutex && !ReleaseMutex(mutex))
        abort();
}

static DWORD WINAPI other(LPVOID unused)
{
    (void)unused;
    for (int i = 0; i < ROUNDS; i++) {
        take(question);
        if (mutex)
            take(mutex);
        let_go();
        set(answer);
    }
    return 0;
}

static HANDLE made(const char *kind)
{
    HANDLE object = strcmp(kind, "semaphore") == 0 ? CreateSemaphoreW(NULL, 0, 1, NULL)
                                                   : CreateEventW(NULL, FALSE, FALSE, NULL);
    if (!object)
        abort();
    return object;
}

int main(int argc, char **argv)
{
    HANDLE thread;
    if (argc != 2)
        return 2;
    question = made(argv[1]);
    answer = made(argv[1]);
    if (strcmp(argv[1], "mutex") == 0)
        mutex = CreateMutexW(NULL, FALSE, NULL);
    thread = CreateThread(NULL, 0, other, NULL, 0, NULL);
    mark("begin\n", 6);
    for (int i = 0; i < ROUNDS; i++) {
        if (mutex)
            take(mutex);
        set(question);
        let_go();
        take(answer);
    }
    mark("end\n", 4);
    take(thread);
    printf("%d\n", (mutex ? 4 : 2) * ROUNDS);
    return 0;
}
