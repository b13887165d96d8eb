/* Asynchronous procedure calls that a thread queues to itself.
 *
 *   apc COUNT
 *
 * Prints lines `NAME NANOSECONDS`: for one call, queued and run one by one and 64 at once.
 */
#include "check.h"

enum { BATCH = 64 };

static DWORD ran;

static VOID CALLBACK run(ULONG_PTR parameter)
{
    ran += (DWORD)parameter;
}

static void queue(HANDLE thread)
{
    check(QueueUserAPC(run, thread, 1) != 0, "QueueUserAPC");
}

static void run_all(void)
{
    check(SleepEx(0, TRUE) == WAIT_IO_COMPLETION, "SleepEx");
}

int main(int argc, char **argv)
{
    DWORD  count = read_count(argc, argv), done, i;
    HANDLE thread;
    double started;

    check(DuplicateHandle(GetCurrentProcess(), GetCurrentThread(), GetCurrentProcess(), &thread, 0,
                          FALSE, DUPLICATE_SAME_ACCESS), "DuplicateHandle");
    started = now();
    for (done = 0; done < count; done++) {
        queue(thread);
        run_all();
    }
    print_line("queue+sleep", started, done);
    check(ran == done, "as many ran");
    started = now();
    for (done = 0; done < count; done += BATCH) {
        for (i = 0; i < BATCH; i++)
            queue(thread);
        run_all();
    }
    print_line("64 at once", started, done);
    CloseHandle(thread);
    return 0;
}
