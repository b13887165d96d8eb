/* Compiled by `../install.rs` through CMake, pkg-config and the installed command. */
#include <winsock2.h>
#include <windows.h>
#include <stdio.h>

#pragma comment(lib, "ws2_32.lib")

int main(void)
{
    SetLastError(ERROR_IO_PENDING);
    if (WSAGetLastError() != WSA_IO_PENDING)
        return 1;
    printf("OVERLAPPED has %d bytes\n", (int)sizeof(OVERLAPPED));
    return sizeof(OVERLAPPED) != 32;
}
