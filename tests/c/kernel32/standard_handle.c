// The standard handles, and WriteConsole.  The output of a test is redirected: to a pipe.
#include <windows.h>
#include <string.h>
#include "check.h"
#include "check_port.h"

int main(void)
{
    HANDLE output = GetStdHandle(STD_OUTPUT_HANDLE);
    DWORD count = 77;
    BOOL is_same;
    char text[1];

    FACT("13", "a standard handle is the same each time, and each has its own");
    CHECK(output != NULL && output != INVALID_HANDLE_VALUE);
    is_same = GetStdHandle(STD_OUTPUT_HANDLE) == output;
    CHECK(is_same);
    is_same = GetStdHandle(STD_ERROR_HANDLE) == output;
    CHECK(!is_same);

    FACT("13", "another number is refused with ERROR_INVALID_HANDLE");
    SetLastError(UNTOUCHED);
    is_same = GetStdHandle(7) == INVALID_HANDLE_VALUE;
    CHECK(is_same && GetLastError() == ERROR_INVALID_HANDLE);

    FACT("13", "redirected output is a pipe or a file: WriteFile writes to it");
    CHECK_EQ(GetFileType(output), FILE_TYPE_PIPE);
    CHECK(WriteFile(output, "# written\n", 10, &count, NULL));
    CHECK_EQ(count, 10);

    FACT("13", "and WriteConsole does not, nor to anything else that is no console");
    SetLastError(UNTOUCHED);
    CHECK(!WriteConsoleA(output, "text", 4, &count, NULL));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    SetLastError(UNTOUCHED);
    CHECK(!WriteConsoleW(output, L"text", 4, &count, NULL));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    SetLastError(UNTOUCHED);
    CHECK(!WriteConsole(NULL, TEXT("text"), 4, &count, NULL));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);

    FACT("13", "input that is at its end reads nothing");
    CHECK(ReadFile(GetStdHandle(STD_INPUT_HANDLE), text, 1, &count, NULL));
    CHECK_EQ(count, 0);
    return check_end();
}
