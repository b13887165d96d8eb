/* Reads 4 KiB blocks of a file at random places, 32 at a time, by overlapped ReadFile and a
 * completion port.
 *
 *   port_read FILE COUNT [direct] [each]
 *
 * Takes as many packets as there are at a time (GetQueuedCompletionStatusEx), or with `each` one
 * by one (GetQueuedCompletionStatus).  Prints the seconds and the processor seconds.
 */
#include <windows.h>
#include <stdlib.h>
#include "check.h"
#include "random_blocks.h"

static OVERLAPPED requests[DEPTH];
static HANDLE     file, port;

static void read_one(OVERLAPPED *request)
{
    uint64_t place = random_place();
    BOOL     done;

    request->Offset = (DWORD)place;
    request->OffsetHigh = (DWORD)(place >> 32);
    done = ReadFile(file, memory[request - requests], BLOCK, NULL, request);
    check(done || GetLastError() == ERROR_IO_PENDING, "ReadFile");
}

/* Waits for packets and takes them; how many there are. */
static ULONG take(OVERLAPPED_ENTRY *entries, BOOL each)
{
    ULONG taken = 1;
    BOOL  success;

    if (each)
        success = GetQueuedCompletionStatus(port, &entries[0].dwNumberOfBytesTransferred,
                                            &entries[0].lpCompletionKey, &entries[0].lpOverlapped,
                                            INFINITE);
    else
        success = GetQueuedCompletionStatusEx(port, entries, DEPTH, &taken, INFINITE, FALSE);
    check(success, "waiting for packets");
    return taken;
}

int main(int argc, char **argv)
{
    static OVERLAPPED_ENTRY entries[DEPTH];
    DWORD         flags = FILE_FLAG_OVERLAPPED;
    long          count, begun = 0, ended = 0;
    LARGE_INTEGER size;
    ULONG         taken, at;
    BOOL          each;

    check(argc >= 3, "FILE COUNT [direct] [each]");
    count = atol(argv[2]);
    each = is_asked(argc, argv, "each");
    if (is_asked(argc, argv, "direct"))
        flags |= FILE_FLAG_NO_BUFFERING;
    file = CreateFileA(argv[1], GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, flags, NULL);
    check(file != INVALID_HANDLE_VALUE, "CreateFile");
    check(GetFileSizeEx(file, &size), "GetFileSizeEx");
    blocks = (uint64_t)size.QuadPart / BLOCK;
    port = CreateIoCompletionPort(file, NULL, 1, 1);
    check(port != NULL, "CreateIoCompletionPort");
    begin();
    for (; begun < DEPTH && begun < count; begun++)
        read_one(&requests[begun]);
    while (ended < count) {
        taken = take(entries, each);
        for (at = 0; at < taken; at++) {
            check(entries[at].dwNumberOfBytesTransferred == BLOCK, "a block");
            ended++;
            if (begun < count) {
                read_one(entries[at].lpOverlapped);
                begun++;
            }
        }
    }
    report();
    return 0;
}
