// What nobody contends for makes no system call: the test looks between the two marks.
#include <windows.h>
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

static void everything(void)
{
    static HANDLE manual, automatic, semaphore, mutex;
    if (manual == NULL) {
        manual = CreateEventA(NULL, TRUE, FALSE, NULL);
        automatic = CreateEventA(NULL, FALSE, FALSE, NULL);
        semaphore = CreateSemaphoreA(NULL, 0, 10, NULL);
        mutex = CreateMutexA(NULL, FALSE, NULL);
    }
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
    everything();
    mark("begin\n", 6);
    for (int i = 0; i < 100; i++)
        everything();
    mark("end\n", 4);
    EXPECT(calls == 101);
    return 0;
}
