// test: guard 300
/* Many packets from many threads to many: none lost, none twice, and each poster's in order.
 * semantics.md: 2.3, 4.5, 4.6
 *
 * An argument is the number of packets of each poster. */
#include <winsock2.h>
#include <windows.h>
#include "check_port.h"
#include "check_thread.h"

#define POSTERS 4
#define TAKERS 4
#define STOP ((ULONG_PTR)-1)

static HANDLE port;
static unsigned long each = 10000;
static volatile LONG *seen;

struct taker {
    struct check_thread thread;
    unsigned long taken, strange;
    int batches;
};

struct poster {
    struct check_thread thread;
    unsigned long number, failed;
};

/* What a packet must look like, by its key. */
static DWORD bytes_of(ULONG_PTR key)
{
    return (DWORD)(key * 2654435761u);
}

static int note(struct taker *taker, ULONG_PTR key, DWORD bytes, void *overlapped)
{
    if (key == STOP)
        return 0;
    taker->taken++;
    if (key >= each * POSTERS || bytes != bytes_of(key) || overlapped != (void *)(key ^ 0xf0f0))
        taker->strange++;
    else
        InterlockedIncrement(&seen[key]);
    return 1;
}

static void take(void *argument)
{
    struct taker *taker = argument;
    for (;;) {
        if (taker->batches) {
            OVERLAPPED_ENTRY entries[8];
            ULONG count = 0, index;
            int stop = 0;
            if (!GetQueuedCompletionStatusEx(port, entries, 8, &count, INFINITE, FALSE))
                taker->strange++;
            for (index = 0; index < count; index++) {
                OVERLAPPED_ENTRY *entry = &entries[index];
                if (note(taker, entry->lpCompletionKey, entry->dwNumberOfBytesTransferred,
                         entry->lpOverlapped))
                    continue;
                /* One of these is for each taker; the others' go back. */
                if (stop++)
                    PostQueuedCompletionStatus(port, 0, STOP, NULL);
            }
            if (stop)
                return;
        } else {
            struct check_taken packet = check_take(port, INFINITE);
            taker->strange += !packet.ok;
            if (!note(taker, packet.key, packet.bytes, packet.overlapped))
                return;
        }
    }
}

static void post(void *argument)
{
    struct poster *poster = argument;
    unsigned long index;
    for (index = 0; index < each; index++) {
        ULONG_PTR key = poster->number * each + index;
        poster->failed += !PostQueuedCompletionStatus(port, bytes_of(key), key,
                                                      (OVERLAPPED *)(key ^ 0xf0f0));
    }
}

static void round_with(DWORD concurrency)
{
    static struct taker takers[TAKERS];
    static struct poster posters[POSTERS];
    unsigned long index, taken = 0, wrong = 0, bad = 0;

    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, concurrency);
    seen = calloc(each * POSTERS, sizeof *seen);
    REQUIRE(port && seen);
    memset(takers, 0, sizeof takers);
    memset(posters, 0, sizeof posters);
    for (index = 0; index < TAKERS; index++) {
        takers[index].batches = index % 2;
        check_thread_start(&takers[index].thread, take, &takers[index]);
    }
    for (index = 0; index < POSTERS; index++) {
        posters[index].number = index;
        check_thread_start(&posters[index].thread, post, &posters[index]);
    }
    for (index = 0; index < POSTERS; index++) {
        WaitForSingleObject(posters[index].thread.handle, INFINITE);
        check_thread_join(&posters[index].thread);
        bad += posters[index].failed;
    }
    for (index = 0; index < TAKERS; index++)
        PostQueuedCompletionStatus(port, 0, STOP, NULL);
    for (index = 0; index < TAKERS; index++) {
        WaitForSingleObject(takers[index].thread.handle, INFINITE);
        check_thread_join(&takers[index].thread);
        taken += takers[index].taken;
        bad += takers[index].strange;
    }
    for (index = 0; index < each * POSTERS; index++)
        wrong += seen[index] != 1;
    CHECK_EQ(taken, each * POSTERS);
    CHECK_EQ(wrong, 0);
    CHECK_EQ(bad, 0);
    CHECK_EMPTY(port);
    free((void *)seen);
    CHECK_EQ(CloseHandle(port), TRUE);
}

static void one_poster_in_order(void)
{
    struct poster poster = {.number = 0};
    unsigned long index, wrong = 0;

    port = check_port();
    check_thread_start(&poster.thread, post, &poster);
    for (index = 0; index < each; index++)
        wrong += check_take(port, HANG_GUARD).key != index;
    check_thread_join(&poster.thread);
    CHECK_EQ(wrong, 0);
    CHECK_EQ(CloseHandle(port), TRUE);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        each = strtoul(argv[1], NULL, 10);
    FACT("2.3", "one poster's packets come out in order");
    one_poster_in_order();
    FACT("4.6", "eight threads, the limit of one per processor");
    round_with(0);
    FACT("4.6", "a limit of one");
    round_with(1);
    FACT("4.6", "no limit that matters");
    round_with(64);
    return check_end();
}
