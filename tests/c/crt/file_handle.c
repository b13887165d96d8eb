// Files that the C run-time and Windows share: _get_osfhandle, _open_osfhandle, _doserrno.
#include <winsock2.h>
#include <windows.h>
#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <stdlib.h>
#include <sys/stat.h>
#include "check.h"
#include "check_port.h"

static const char name[] = "lapwing-file-handle.tmp";

/* Handles of CRT's are intptr_t. */
static HANDLE handle_of(int file)
{
    return (HANDLE)_get_osfhandle(file);
}

static void check_closed(HANDLE handle)
{
    SetLastError(UNTOUCHED);
    CHECK(!CloseHandle(handle));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
}

static void handle_of_number(void)
{
    int file = _open(name, _O_CREAT | _O_RDWR | _O_TRUNC | _O_BINARY, _S_IREAD | _S_IWRITE);
    HANDLE handle = handle_of(file);
    BOOL is_same = handle_of(file) == handle;
    char text[8] = {0};
    DWORD count = 77;

    FACT("14", "a number has one handle, and they share the position");
    CHECK(is_same && handle != INVALID_HANDLE_VALUE);
    CHECK_EQ(GetFileType(handle), FILE_TYPE_DISK);
    CHECK_EQ(_write(file, "abcdef", 6), 6);
    CHECK_EQ(SetFilePointer(handle, 0, NULL, FILE_CURRENT), 6);
    CHECK_EQ(SetFilePointer(handle, 1, NULL, FILE_BEGIN), 1);
    CHECK_EQ(_read(file, text, 2), 2);
    CHECK(ReadFile(handle, text + 2, 2, &count, NULL) && count == 2);
    CHECK_STR(text, "bcde");
    CHECK_EQ(_lseek(file, 0, SEEK_CUR), 5);

    FACT("14", "_close closes both");
    CHECK_EQ(_close(file), 0);
    check_closed(handle);
}

static void number_of_handle(void)
{
    HANDLE handle = CreateFileA(name, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, NULL,
                                OPEN_EXISTING, 0, NULL);
    char text[8] = {0};
    BOOL is_same;
    int file;

    FACT("14", "a number for a handle begins at the handle's position and owns the handle");
    CHECK_EQ(SetFilePointer(handle, 2, NULL, FILE_BEGIN), 2);
    file = _open_osfhandle((intptr_t)handle, _O_RDONLY | _O_BINARY);
    CHECK(file > 2);
    CHECK_EQ(_read(file, text, 3), 3);
    CHECK_STR(text, "cde");
    CHECK_EQ(SetFilePointer(handle, 0, NULL, FILE_CURRENT), 5);
    is_same = handle_of(file) == handle;
    CHECK(is_same);
    CHECK_EQ(_close(file), 0);
    check_closed(handle);
}

int main(void)
{
    BOOL is_same;

    handle_of_number();
    number_of_handle();

    FACT("14", "the standard handles are those of the numbers 0, 1 and 2");
    is_same = handle_of(1) == GetStdHandle(STD_OUTPUT_HANDLE);
    CHECK(is_same);
    is_same = handle_of(2) == GetStdHandle(STD_ERROR_HANDLE);
    CHECK(is_same);

    FACT("14", "what is not open is EBADF");
    errno = 0;
    is_same = handle_of(1000) == INVALID_HANDLE_VALUE;
    CHECK(is_same && errno == EBADF);

    FACT("14", "_doserrno is the error in Windows' words");
    CHECK(DeleteFileA(name));
    CHECK_EQ(_open(name, _O_RDONLY), -1);
    CHECK_EQ(errno, ENOENT);
    CHECK_EQ(_doserrno, ERROR_FILE_NOT_FOUND);
    return check_end();
}
