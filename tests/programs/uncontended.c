// What nobody contends for makes no system call: the test looks between the two marks.
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void mark(const char *text, unsigned long length)
{
    if (write(1, text, length) < 0)
        abort();
}

#define EXPECT(condition) \
    do { \
        if (!(condition)) \
            abort(); \
    } while (0)

static int calls;

static void CALLBACK count(ULONG_PTR unused)
{
    (void)unused;
    calls++;
}

struct objects {
    HANDLE manual, automatic, semaphore, mutex;
};

/* NULL, or a name that no other process has. */
static const char *named(BOOL is_named, const char *what)
{
    static char name[100];
    snprintf(name, sizeof name, "uncontended-%s-%d", what, (int)getpid());
    return is_named ? name : NULL;
}

static struct objects made(BOOL is_named)
{
    struct objects objects = {
        CreateEventA(NULL, TRUE, FALSE, named(is_named, "manual")),
        CreateEventA(NULL, FALSE, FALSE, named(is_named, "automatic")),
        CreateSemaphoreA(NULL, 0, 10, named(is_named, "semaphore")),
        CreateMutexA(NULL, FALSE, named(is_named, "mutex")),
    };
    EXPECT(objects.manual && objects.automatic && objects.semaphore && objects.mutex);
    return objects;
}

static void everything(const struct objects *objects)
{
    HANDLE manual = objects->manual, automatic = objects->automatic;
    HANDLE semaphore = objects->semaphore, mutex = objects->mutex;
    HANDLE all[4] = {manual, automatic, semaphore, mutex};
    EXPECT(SetEvent(manual) && SetEvent(manual));
    EXPECT(WaitForSingleObject(manual, INFINITE) == WAIT_OBJECT_0);
    EXPECT(ResetEvent(manual));
    EXPECT(WaitForSingleObject(manual, 0) == WAIT_TIMEOUT);
    EXPECT(PulseEvent(manual));
    EXPECT(SetEvent(automatic));
    EXPECT(WaitForSingleObject(automatic, 1000) == WAIT_OBJECT_0);
    EXPECT(ReleaseSemaphore(semaphore, 2, NULL));
    EXPECT(WaitForSingleObject(semaphore, INFINITE) == WAIT_OBJECT_0);
    EXPECT(WaitForSingleObject(mutex, INFINITE) == WAIT_OBJECT_0);
    EXPECT(WaitForMultipleObjects(4, all, FALSE, INFINITE) == WAIT_OBJECT_0 + 2);
    EXPECT(SetEvent(manual) && SetEvent(automatic) && ReleaseSemaphore(semaphore, 1, NULL));
    EXPECT(WaitForMultipleObjects(4, all, TRUE, INFINITE) == WAIT_OBJECT_0);
    EXPECT(ReleaseMutex(mutex) && ReleaseMutex(mutex));
    EXPECT(SignalObjectAndWait(automatic, automatic, INFINITE, FALSE) == WAIT_OBJECT_0);
    EXPECT(QueueUserAPC(count, GetCurrentThread(), 0));
    EXPECT(SleepEx(INFINITE, TRUE) == WAIT_IO_COMPLETION);
    EXPECT(WaitForSingleObjectEx(manual, INFINITE, TRUE) == WAIT_OBJECT_0);
    EXPECT(ResetEvent(manual));
    EXPECT(GetThreadId(GetCurrentThread()) == GetCurrentThreadId());
}

int main(void)
{
    struct objects unnamed = made(FALSE), names = made(TRUE);
    everything(&unnamed);
    everything(&names);
    mark("begin\n", 6);
    for (int i = 0; i < 100; i++) {
        everything(&unnamed);
        everything(&names);
    }
    mark("end\n", 4);
    EXPECT(calls == 202);
    return 0;
}
