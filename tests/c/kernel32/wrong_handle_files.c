// A handle of the wrong kind in every call that wants a file, a directory, or a search.
#include <winsock2.h>
#include <windows.h>
#include "check_wrong_handle.h"

static char bytes[4096] __attribute__((aligned(4096)));
static DWORD count;
static OVERLAPPED overlapped;
static LARGE_INTEGER nothing;
static FILETIME times[4];
static FILE_SEGMENT_ELEMENT pages[2];

#define INTO(type) ((type *)memset(bytes, 0, sizeof bytes))
#define PIPES "pipe client reader writer "
#define OTHERS "socket slot sender "
#define FILES "file folder changes " PIPES OTHERS

static void WINAPI routine(DWORD error, DWORD transferred, OVERLAPPED *ended)
{
    (void)error;
    (void)transferred;
    (void)ended;
}

static void CALLBACK io_callback(PTP_CALLBACK_INSTANCE instance, void *context, void *ended,
                                 ULONG result, ULONG_PTR transferred, PTP_IO io)
{
    (void)instance;
    (void)context;
    (void)ended;
    (void)result;
    (void)transferred;
    (void)io;
}

/* On Windows a search's handle is the address of its state, and so it is under Wine. */
#ifdef __MINGW32__
#define NO_SEARCH "- *"
#else
#define NO_SEARCH "- find"
#endif

/* Rights come before all else; a directory has no bytes. */
#define TRANSFERS(X) \
    X(ReadFile, !ReadFile(h, bytes, 10, &count, NULL), \
      "- file reader socket client pipe changes slot 1 folder 5 writer sender") \
    X(ReadFile_overlapped, !ReadFile(h, bytes, 10, &count, &overlapped), \
      "- file reader socket client pipe changes slot 1 folder 5 writer sender") \
    X(ReadFileEx, !ReadFileEx(h, bytes, 10, &overlapped, routine), \
      "- file reader socket client pipe changes slot 1 folder 5 writer sender") \
    X(WriteFile, !WriteFile(h, bytes, 1, &count, NULL), \
      "- file writer socket client pipe sender 5 folder reader slot changes") \
    X(WriteFileEx, !WriteFileEx(h, bytes, 1, &overlapped, routine), \
      "- file writer socket client pipe sender 5 folder reader slot changes") \
    X(ReadFileScatter, !ReadFileScatter(h, pages, 4096, NULL, &overlapped), \
      "- " FILES "87 file") \
    X(WriteFileGather, !WriteFileGather(h, pages, 4096, NULL, &overlapped), \
      "- " FILES "87 file") \
    X(FlushFileBuffers, !FlushFileBuffers(h), "- " FILES "5 folder changes") \
    X(LockFile, !LockFile(h, 0, 0, 1, 0), "- file 87 folder changes 1 " PIPES OTHERS) \
    X(LockFileEx, !LockFileEx(h, LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &overlapped), \
      "- file 87 folder changes 1 " PIPES OTHERS) \
    X(UnlockFile, !UnlockFile(h, 0, 0, 1, 0), "158 file 87 folder changes 1 " PIPES OTHERS) \
    X(UnlockFileEx, !UnlockFileEx(h, 0, 1, 0, &overlapped), \
      "158 file 87 folder changes 1 " PIPES OTHERS) \
    X(CancelIo, !CancelIo(h), "- " FILES) \
    X(CancelIoEx, !CancelIoEx(h, &overlapped), "1168 " FILES) \
    X(GetOverlappedResult, \
      (overlapped.Internal = 0x103, !GetOverlappedResult(h, &overlapped, &count, FALSE)), \
      "996 *") \
    X(SetFileCompletionNotificationModes, !SetFileCompletionNotificationModes(h, 0), \
      "- socket slot changes 87 file folder sender " PIPES) \
    X(BindIoCompletionCallback, !BindIoCompletionCallback(h, routine, 0), \
      "- socket slot changes 87 file folder sender " PIPES) \
    X(CreateThreadpoolIo, !CreateThreadpoolIo(h, io_callback, NULL, NULL), \
      "- socket slot changes 87 file folder sender " PIPES)

#define INFORMATION(X) \
    X(GetFileType, GetFileType(h) == FILE_TYPE_UNKNOWN, "- " FILES) \
    X(GetFileSize, GetFileSize(h, NULL) == INVALID_FILE_SIZE, "- " FILES "1 " PIPES) \
    X(GetFileSizeEx, !GetFileSizeEx(h, &nothing), "- " FILES "1 " PIPES) \
    X(SetFilePointer, \
      SetFilePointer(h, 0, NULL, FILE_BEGIN) == INVALID_SET_FILE_POINTER, "- " FILES) \
    X(SetFilePointerEx, !SetFilePointerEx(h, nothing, NULL, FILE_BEGIN), "- " FILES) \
    X(SetEndOfFile, !SetEndOfFile(h), "- " FILES "5 folder") \
    X(GetFileInformationByHandle, \
      !GetFileInformationByHandle(h, INTO(BY_HANDLE_FILE_INFORMATION)), \
      "- " FILES "1 " PIPES) \
    X(GetFileInformationByHandleEx_basic, \
      !GetFileInformationByHandleEx(h, FileBasicInfo, bytes, sizeof(FILE_BASIC_INFO)), \
      "- " FILES "1 " PIPES) \
    X(GetFileInformationByHandleEx_standard, \
      !GetFileInformationByHandleEx(h, FileStandardInfo, bytes, sizeof(FILE_STANDARD_INFO)), \
      "- " FILES "1 " PIPES) \
    X(GetFileInformationByHandleEx_name, \
      !GetFileInformationByHandleEx(h, FileNameInfo, bytes, sizeof bytes), "- " FILES) \
    X(GetFileInformationByHandleEx_directory, \
      !GetFileInformationByHandleEx(h, FileIdBothDirectoryInfo, bytes, sizeof bytes), \
      "- " FILES "87 file") \
    X(SetFileInformationByHandle_basic, \
      !SetFileInformationByHandle(h, FileBasicInfo, INTO(FILE_BASIC_INFO), \
                                  sizeof(FILE_BASIC_INFO)), "- " FILES "5 folder changes") \
    X(SetFileInformationByHandle_disposition, \
      !SetFileInformationByHandle(h, FileDispositionInfo, INTO(FILE_DISPOSITION_INFO), \
                                  sizeof(FILE_DISPOSITION_INFO)), \
      "- " FILES "5 file folder changes") \
    X(GetFileTime, !GetFileTime(h, times, times + 1, times + 2), "- " FILES "1 " PIPES) \
    X(SetFileTime, !SetFileTime(h, NULL, NULL, NULL), "- " FILES "5 folder changes") \
    X(GetFinalPathNameByHandleA, !GetFinalPathNameByHandleA(h, bytes, 1000, 0), \
      "- " FILES "1 " PIPES) \
    X(GetFinalPathNameByHandleW, !GetFinalPathNameByHandleW(h, (WCHAR *)bytes, 1000, 0), \
      "- " FILES "1 " PIPES) \
    X(ReadDirectoryChangesW, \
      !ReadDirectoryChangesW(h, bytes, 100, FALSE, 1, &count, &overlapped, NULL), \
      "- folder changes slot sender 87 file 1 socket " PIPES) \
    X(FindNextChangeNotification, !FindNextChangeNotification(h), \
      "- folder changes slot sender 87 file 1 socket " PIPES) \
    X(FindCloseChangeNotification, !FindCloseChangeNotification(h), \
      "- all_ones event mutex semaphore timer thread process port section " FILES) \
    X(FindNextFileA, !FindNextFileA(h, INTO(WIN32_FIND_DATAA)), NO_SEARCH) \
    X(FindNextFileW, !FindNextFileW(h, INTO(WIN32_FIND_DATAW)), NO_SEARCH) \
    X(FindClose, !FindClose(h), NO_SEARCH) \
    X(LoadLibraryExA, !LoadLibraryExA("kernel32.dll", h, 0), "87 * - null") \
    X(LoadLibraryExW, !LoadLibraryExW(L"kernel32.dll", h, 0), "87 * - null")

TRANSFERS(CHECK_WRONG_CALL)
INFORMATION(CHECK_WRONG_CALL)

static const struct check_wrong_call transfers[] = {TRANSFERS(CHECK_WRONG_ROW)};
static const struct check_wrong_call information[] = {INFORMATION(CHECK_WRONG_ROW)};

int main(void)
{
    check_open_every_kind();
    pages[0].Buffer = bytes;
    FACT("13.8", "what is no file is refused by every call for files");
    CHECK_WRONG_HANDLES(transfers, ERROR_INVALID_HANDLE);
    CHECK_WRONG_HANDLES(information, ERROR_INVALID_HANDLE);
    check_close_every_kind();
    return check_end();
}
