// GetProcessHandleCount counts the handles that are open now, and only those.
#include <windows.h>
#include "check.h"

static DWORD handles(void)
{
    DWORD count = 0;
    CHECK(GetProcessHandleCount(GetCurrentProcess(), &count));
    return count;
}

int main(void)
{
    DWORD  before = handles(), count = 77;
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL), second;

    CHECK(handles() == before + 1);
    CHECK(DuplicateHandle(GetCurrentProcess(), event, GetCurrentProcess(), &second, 0, FALSE,
                          DUPLICATE_SAME_ACCESS));
    CHECK(handles() == before + 2);
    CHECK(CloseHandle(event));
    CHECK(handles() == before + 1);

    SetLastError(0);
    CHECK(!GetProcessHandleCount(second, &count));
    CHECK(GetLastError() == ERROR_INVALID_HANDLE);
    CHECK(count == 77);
    CHECK(CloseHandle(second));
    CHECK(handles() == before);
    return check_end();
}
