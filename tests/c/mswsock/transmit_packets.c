// TransmitPackets: memory and files in any order.
// test: native Wine 8 has no TransmitPackets
#include <winsock2.h>
#include <mswsock.h>
#include <windows.h>
#include "check_extension.h"

static char name[MAX_PATH];
static HANDLE file;
static SOCKET client, server;
static LPFN_TRANSMITPACKETS transmit_packets;

static TRANSMIT_PACKETS_ELEMENT memory(const char *text, ULONG flags)
{
    TRANSMIT_PACKETS_ELEMENT element;
    element.dwElFlags = TP_ELEMENT_MEMORY | flags;
    element.cLength = (ULONG)strlen(text);
    element.pBuffer = (char *)text;
    return element;
}

static TRANSMIT_PACKETS_ELEMENT part(LONGLONG offset, ULONG length)
{
    TRANSMIT_PACKETS_ELEMENT element;
    element.dwElFlags = TP_ELEMENT_FILE;
    element.cLength = length;
    element.nFileOffset.QuadPart = offset;
    element.hFile = file;
    return element;
}

static BOOL arrives(const char *text)
{
    char buffer[200];
    int wanted = (int)strlen(text);
    return recv(server, buffer, wanted, MSG_WAITALL) == wanted &&
           memcmp(buffer, text, wanted) == 0;
}

static int refused(SOCKET s, TRANSMIT_PACKETS_ELEMENT *elements, DWORD count, DWORD flags)
{
    return transmit_packets(s, elements, count, 0, NULL, flags) ? 0 : WSAGetLastError();
}

int main(void)
{
    TRANSMIT_PACKETS_ELEMENT five[5], wrong;
    char folder[MAX_PATH];
    OVERLAPPED request = {0};
    SOCKET datagrams;
    DWORD count;

    check_net_start();
    check_net_pair(&client, &server);
    REQUIRE(GetTempPathA(sizeof folder, folder) > 0);
    REQUIRE(GetTempFileNameA(folder, "lap", 0, name) > 0);
    file = CreateFileA(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS,
                       FILE_FLAG_DELETE_ON_CLOSE, NULL);
    REQUIRE(WriteFile(file, "0123456789", 10, &count, NULL) && count == 10);

    FACT("11.8", "TransmitPackets has a GUID");
    CHECK(check_extension(client, (GUID)WSAID_TRANSMITPACKETS, &transmit_packets));

    FACT("11.7", "the elements arrive in their order");
    five[0] = memory("one ", 0);
    five[1] = part(2, 3);
    five[2] = memory(" two ", TP_ELEMENT_EOP);
    five[3] = part(7, 0);
    five[4] = memory(" three", 0);
    CHECK(transmit_packets(client, five, 5, 0, NULL, 0) && WSAGetLastError() == 0);
    CHECK(arrives("one 234 two 789 three"));
    request.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    CHECK(!transmit_packets(client, five, 5, 1, &request, TP_USE_KERNEL_APC));
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    CHECK(check_outcome(client, &request, &count) == 0 && count == 21);
    CHECK(arrives("one 234 two 789 three"));

    FACT("11.7", "a place of -1 is the file's position");
    SetFilePointer(file, 4, NULL, FILE_BEGIN);
    five[1] = part(-1, 2);
    five[3] = part(-1, 2);
    CHECK(transmit_packets(client, five, 4, 0, NULL, 0));
    CHECK(arrives("one 45 two "));
    CHECK(arrives("45"));
    CHECK_EQ(SetFilePointer(file, 0, NULL, FILE_CURRENT), 6);
    CHECK(transmit_packets(client, five, 0, 0, NULL, 0));

    FACT("11.7", "what it refuses, as a whole");
    wrong = five[0];
    five[2].dwElFlags = TP_ELEMENT_MEMORY | TP_ELEMENT_FILE;
    CHECK_EQ(refused(client, five, 5, 0), WSAEINVAL);
    five[2].dwElFlags = TP_ELEMENT_EOP;
    CHECK_EQ(refused(client, five, 5, 0), WSAEINVAL);
    five[2] = wrong;
    five[2].pBuffer = NULL;
    CHECK_EQ(refused(client, five, 5, 0), WSAEFAULT);
    CHECK_EQ(refused(client, NULL, 5, 0), WSAEFAULT);
    five[2] = part(-2, 1);
    CHECK_EQ(refused(client, five, 5, 0), WSAEINVAL);
    five[2] = part(0, 1);
    five[2].hFile = (HANDLE)0xbad0;
    CHECK_EQ(refused(client, five, 5, 0), WSAENOTSOCK);
    CHECK_EQ(refused(client, five, 1, 0x8000), WSAEINVAL);
    CHECK_EQ(refused(INVALID_SOCKET, five, 1, 0), WSAENOTSOCK);
    datagrams = socket(AF_INET, SOCK_DGRAM, 0);
    CHECK_EQ(refused(datagrams, five, 1, 0), WSAENOTCONN);
    CHECK(closesocket(datagrams) == 0);
    CHECK(send(client, "#", 1, 0) == 1 && arrives("#"));

    FACT("11.7", "TP_DISCONNECT");
    CHECK(transmit_packets(client, five, 1, 0, NULL, TP_DISCONNECT) && arrives("one "));
    CHECK_EQ(recv(server, folder, 1, 0), 0);
    CHECK(CloseHandle(file));
    CHECK(closesocket(client) == 0 && closesocket(server) == 0);
    return check_end();
}
