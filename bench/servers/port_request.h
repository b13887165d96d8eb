/* What the echo servers on a port share: a connection's request, one at a time. */
#ifndef PORT_REQUEST_H
#define PORT_REQUEST_H

#include "echo_server.h"

typedef enum { ACCEPTING, RECEIVING, SENDING } OPERATION;

typedef struct {
    OVERLAPPED overlapped; /* first: a packet bears its address */
    OPERATION  operation;
    SOCKET     socket;
} REQUEST;

/* Begins to receive or to send.  FALSE: the connection is gone, and no completion will come. */
static BOOL issue(REQUEST *request, OPERATION operation, char *data, DWORD length)
{
    WSABUF buffer;
    DWORD  flags = 0;
    int    result;

    buffer.buf = data;
    buffer.len = length;
    ZeroMemory(&request->overlapped, sizeof request->overlapped);
    request->operation = operation;
    if (operation == RECEIVING)
        result = WSARecv(request->socket, &buffer, 1, NULL, &flags, &request->overlapped, NULL);
    else
        result = WSASend(request->socket, &buffer, 1, NULL, 0, &request->overlapped, NULL);
    return result == 0 || WSAGetLastError() == WSA_IO_PENDING;
}

#endif
