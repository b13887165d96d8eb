/* The handle behind a socket, which those who poll by AFD ask for (D:SIO_BASE_HANDLE). */
#include <winsock2.h>
#include <windows.h>
#include <mswsock.h>
#include "../check_net.h"

static int ask(SOCKET s, DWORD code, SOCKET *base, DWORD length)
{
    DWORD written = 77;
    int result = WSAIoctl(s, code, NULL, 0, base, length, &written, NULL, NULL);
    return result == 0 ? (int)written : -WSAGetLastError();
}

int main(void)
{
    SOCKET s, base = 0;
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    check_net_start();
    s = check_net_socket();

    FACT("D:SIO_BASE_HANDLE", "it is the socket itself, as no provider stands between");
    CHECK(ask(s, SIO_BASE_HANDLE, &base, sizeof base) == sizeof base && base == s);

    FACT("D:SIO_BSP_HANDLE", "so are the next providers' handles, for each kind of call");
    base = 0;
    CHECK(ask(s, SIO_BSP_HANDLE, &base, sizeof base) == sizeof base && base == s);
    base = 0;
    CHECK(ask(s, SIO_BSP_HANDLE_POLL, &base, sizeof base) == sizeof base && base == s);
    base = 0;
    CHECK(ask(s, SIO_BSP_HANDLE_SELECT, &base, sizeof base) == sizeof base && base == s);

    FACT("D:SIO_BASE_HANDLE", "the output has room for it, and what is asked is a socket");
    CHECK_EQ(ask(s, SIO_BASE_HANDLE, &base, 4), -WSAEFAULT);
    CHECK_EQ(ask((SOCKET)event, SIO_BASE_HANDLE, &base, sizeof base), -WSAENOTSOCK);
    closesocket(s);
    CHECK_EQ(ask(s, SIO_BASE_HANDLE, &base, sizeof base), -WSAENOTSOCK);
    return check_end();
}
