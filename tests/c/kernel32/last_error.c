// The thread's last error: set and read by its own thread only.
#include <winsock2.h>
#include <windows.h>
#include "check.h"

int main(void)
{
    FACT("1", "the last error belongs to the thread and to both families of calls");
    SetLastError(ERROR_IO_PENDING);
    CHECK_EQ(GetLastError(), ERROR_IO_PENDING);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    WSASetLastError(WSAECONNRESET);
    CHECK_EQ(GetLastError(), WSAECONNRESET);
    return check_end();
}
