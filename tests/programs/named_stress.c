// One of several processes that take turns by named objects, in random order: a mutex, an event
// that is set while nobody is inside, and a semaphore of two.  What is protected are numbers in a
// file that all of them have.
//
//   named_stress PREFIX FILE SEED ROUNDS
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <sched.h>
#include <unistd.h>
#include <fcntl.h>
#include <sys/mman.h>

static struct numbers {
    volatile long under_mutex, under_event;
    long inside, rounds;
} *numbers;

static HANDLE made(HANDLE handle)
{
    if (!handle) {
        printf("a name is refused: %lu\n", (unsigned long)GetLastError());
        exit(1);
    }
    return handle;
}

static void taken(HANDLE object)
{
    DWORD result = WaitForSingleObject(object, INFINITE);
    if (result != WAIT_OBJECT_0) {
        printf("a wait returned %lu\n", (unsigned long)result);
        exit(1);
    }
}

static const char *prefix;

static const char *named(const char *what)
{
    static char name[200];
    snprintf(name, sizeof name, "%s-%s", prefix, what);
    return name;
}

/* Now and then another process finds it taken. */
static void lingers(unsigned what)
{
    if (what % 32 == 0)
        sched_yield();
}

int main(int count, char **arguments)
{
    if (count != 5)
        return 2;
    prefix = arguments[1];
    int file = open(arguments[2], O_RDWR);
    numbers = mmap(NULL, sizeof *numbers, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    unsigned seed = (unsigned)atoi(arguments[3]);
    HANDLE mutex = made(CreateMutexA(NULL, FALSE, named("mutex")));
    HANDLE event = made(CreateEventA(NULL, FALSE, TRUE, named("event")));
    HANDLE semaphore = made(CreateSemaphoreA(NULL, 2, 2, named("semaphore")));
    HANDLE all[2] = {mutex, event};
    for (int round = atoi(arguments[4]); round > 0; round--) {
        unsigned what = (unsigned)rand_r(&seed) % 100;
        if (what < 33) {
            taken(mutex);
            numbers->under_mutex = numbers->under_mutex + 1;
            lingers(what);
            ReleaseMutex(mutex);
        } else if (what < 66) {
            taken(event);
            numbers->under_event = numbers->under_event + 1;
            lingers(what);
            SetEvent(event);
        } else if (what < 97) {
            taken(semaphore);
            if (__atomic_add_fetch(&numbers->inside, 1, __ATOMIC_SEQ_CST) > 2)
                return printf("three are inside\n"), 1;
            lingers(what);
            __atomic_sub_fetch(&numbers->inside, 1, __ATOMIC_SEQ_CST);
            if (!ReleaseSemaphore(semaphore, 1, NULL))
                return printf("the semaphore is too full\n"), 1;
        } else {
            if (WaitForMultipleObjects(2, all, TRUE, INFINITE) != WAIT_OBJECT_0)
                return printf("the wait for both failed\n"), 1;
            numbers->under_mutex = numbers->under_mutex + 1;
            numbers->under_event = numbers->under_event + 1;
            ReleaseMutex(mutex);
            SetEvent(event);
            __atomic_add_fetch(&numbers->rounds, 1, __ATOMIC_SEQ_CST);
        }
        __atomic_add_fetch(&numbers->rounds, 1, __ATOMIC_SEQ_CST);
    }
    printf("done\n");
    return 0;
}
