// A handle of the wrong kind in every call that wants an object of another kind, or anything.
#include <winsock2.h>
#include <windows.h>
#include "check_wrong_handle.h"

static DWORD number[64];
static DWORD_PTR mask[2];
static ULONG_PTR key;
static OVERLAPPED *taken;
static OVERLAPPED_ENTRY entry;
static LARGE_INTEGER due;
static FILETIME times[4];
static HANDLE out;

#define SELF GetCurrentProcess()
#define EVENT check_handles[KIND_EVENT]
#define PORT check_handles[KIND_PORT]
#define FILES "file folder socket pipe client reader writer slot sender changes "
#define OPEN "event mutex semaphore timer thread process port " FILES

static void NTAPI apc(ULONG_PTR parameter)
{
    (void)parameter;
}

static void CALLBACK called(void *context, BOOLEAN timed_out)
{
    (void)context;
    (void)timed_out;
}

#define EVENTS_AND_THREADS(X) \
    X(SetEvent, !SetEvent(h), "- event") \
    X(ResetEvent, !ResetEvent(h), "- event") \
    X(PulseEvent, !PulseEvent(h), "- event") \
    X(WSASetEvent, !WSASetEvent(h), "- event") \
    X(WSAResetEvent, !WSAResetEvent(h), "- event") \
    X(ReleaseMutex, !ReleaseMutex(h), "288 mutex") \
    X(ReleaseSemaphore, !ReleaseSemaphore(h, 1, NULL), "- semaphore") \
    X(CancelWaitableTimer, !CancelWaitableTimer(h), "- timer") \
    X(SetWaitableTimer, !SetWaitableTimer(h, &due, 0, NULL, NULL, FALSE), "- timer") \
    X(GetExitCodeThread, !GetExitCodeThread(h, number), "- thread") \
    X(GetThreadId, !GetThreadId(h), "- thread") \
    X(GetThreadPriority, GetThreadPriority(h) == THREAD_PRIORITY_ERROR_RETURN, "- thread") \
    X(SetThreadPriority, !SetThreadPriority(h, 0), "- thread") \
    X(SetThreadAffinityMask, !SetThreadAffinityMask(h, 1), "- thread") \
    X(ResumeThread, ResumeThread(h) == (DWORD)-1, "- thread") \
    X(TerminateThread, !TerminateThread(h, 1), "- thread") \
    X(QueueUserAPC, !QueueUserAPC(apc, h, 0), "- thread") \
    X(CancelSynchronousIo, !CancelSynchronousIo(h), "1168 thread") \
    X(GetExitCodeProcess, !GetExitCodeProcess(h, number), "- all_ones process") \
    X(GetProcessId, !GetProcessId(h), "- all_ones process") \
    X(GetProcessTimes, !GetProcessTimes(h, times, times + 1, times + 2, times + 3), \
      "- all_ones process") \
    X(GetProcessHandleCount, !GetProcessHandleCount(h, number), "- all_ones process") \
    X(GetProcessAffinityMask, !GetProcessAffinityMask(h, mask, mask + 1), "- all_ones process") \
    X(TerminateProcess, !TerminateProcess(h, 1), "- all_ones process")

/* A file that is not overlapped cannot have a port, and one may have only one. */
#define PORTS(X) \
    X(GetQueuedCompletionStatus, !GetQueuedCompletionStatus(h, number, &key, &taken, 0), \
      "258 port") \
    X(GetQueuedCompletionStatusEx, \
      !GetQueuedCompletionStatusEx(h, &entry, 1, number, 0, FALSE), "258 port") \
    X(PostQueuedCompletionStatus, !PostQueuedCompletionStatus(h, 0, 0, NULL), "- port") \
    X(CreateIoCompletionPort, !CreateIoCompletionPort(h, PORT, 0, 0), \
      "- all_ones socket slot changes 87 file folder pipe client reader writer sender") \
    X(CreateIoCompletionPort_existing, \
      !CreateIoCompletionPort(check_handles[KIND_SOCKET], h, 0, 0), "- null port") \
    X(CreateIoCompletionPort_no_file, !CreateIoCompletionPort(INVALID_HANDLE_VALUE, h, 0, 0), \
      "87 * - null") \
    X(MapViewOfFile, !MapViewOfFile(h, FILE_MAP_READ, 0, 0, 0), "- section") \
    X(MapViewOfFileEx, !MapViewOfFileEx(h, FILE_MAP_READ, 0, 0, 0, NULL), "- section") \
    X(CreateFileMappingA, !CreateFileMappingA(h, NULL, PAGE_READONLY, 0, 0, NULL), \
      "- file all_ones 87 null - folder socket pipe client reader writer slot sender changes") \
    X(CreateFileMappingW, !CreateFileMappingW(h, NULL, PAGE_READONLY, 0, 0, NULL), \
      "- file all_ones 87 null - folder socket pipe client reader writer slot sender changes")

/* Everything can be waited for but a section, whose handles never give the right. */
#define WAITS(X) \
    X(WaitForSingleObject, WaitForSingleObject(h, 0) == WAIT_FAILED, \
      "- all_ones " OPEN "5 section") \
    X(WaitForSingleObjectEx, WaitForSingleObjectEx(h, 0, TRUE) == WAIT_FAILED, \
      "- all_ones " OPEN "5 section") \
    X(WaitForMultipleObjects, WaitForMultipleObjects(1, &h, FALSE, 0) == WAIT_FAILED, \
      "- all_ones " OPEN "5 section") \
    X(WaitForMultipleObjectsEx, WaitForMultipleObjectsEx(1, &h, TRUE, 0, TRUE) == WAIT_FAILED, \
      "- all_ones " OPEN "5 section") \
    X(MsgWaitForMultipleObjects, \
      MsgWaitForMultipleObjects(1, &h, FALSE, 0, 0) == WAIT_FAILED, \
      "- all_ones " OPEN "5 section") \
    X(MsgWaitForMultipleObjectsEx, \
      MsgWaitForMultipleObjectsEx(1, &h, 0, 0, 0) == WAIT_FAILED, \
      "- all_ones " OPEN "5 section") \
    X(WSAWaitForMultipleEvents, \
      WSAWaitForMultipleEvents(1, &h, FALSE, 0, FALSE) == WSA_WAIT_FAILED, \
      "- all_ones " OPEN "5 section") \
    X(SignalObjectAndWait, SignalObjectAndWait(h, EVENT, 0, FALSE) == WAIT_FAILED, \
      "- event semaphore 288 mutex") \
    X(SignalObjectAndWait_waited, SignalObjectAndWait(EVENT, h, 0, FALSE) == WAIT_FAILED, \
      "- all_ones " OPEN "5 section") \
    X(RegisterWaitForSingleObject, \
      !RegisterWaitForSingleObject(&out, h, called, NULL, INFINITE, WT_EXECUTEONLYONCE), \
      "- " OPEN "section")

#define HANDLES(X) \
    X(GetHandleInformation, !GetHandleInformation(h, number), "- all_ones section " OPEN) \
    X(SetHandleInformation, !SetHandleInformation(h, HANDLE_FLAG_INHERIT, 0), \
      "- all_ones section " OPEN) \
    X(DuplicateHandle_from, !DuplicateHandle(h, EVENT, SELF, &out, 0, FALSE, 2), \
      "- all_ones process") \
    X(DuplicateHandle_to, !DuplicateHandle(SELF, EVENT, h, &out, 0, FALSE, 2), \
      "- all_ones process") \
    X(DuplicateHandle, !DuplicateHandle(SELF, h, SELF, &out, 0, FALSE, 2), \
      "- all_ones section " OPEN) \
    X(CloseHandle, !CloseHandle(h), "- all_ones section " OPEN) \
    X(WSACloseEvent, !WSACloseEvent(h), "- all_ones section " OPEN)

EVENTS_AND_THREADS(CHECK_WRONG_CALL)
PORTS(CHECK_WRONG_CALL)
WAITS(CHECK_WRONG_CALL)
HANDLES(CHECK_WRONG_CALL)

static const struct check_wrong_call events_and_threads[] = {EVENTS_AND_THREADS(CHECK_WRONG_ROW)};
static const struct check_wrong_call ports[] = {PORTS(CHECK_WRONG_ROW)};
static const struct check_wrong_call waits[] = {WAITS(CHECK_WRONG_ROW)};
static const struct check_wrong_call handles[] = {HANDLES(CHECK_WRONG_ROW)};

int main(void)
{
    check_open_every_kind();
    FACT("13.8", "a handle of the wrong kind is refused, and what it leads to goes on working");
    CHECK_WRONG_HANDLES(events_and_threads, ERROR_INVALID_HANDLE);
    CHECK_WRONG_HANDLES(ports, ERROR_INVALID_HANDLE);
    CHECK_WRONG_HANDLES(waits, ERROR_INVALID_HANDLE);
    CHECK_WRONG_HANDLES(handles, ERROR_INVALID_HANDLE);
    check_close_every_kind();
    return check_end();
}
