/* The structures of SdkServer.Cpp, which includes this file by another case of its name. */
#ifndef SDKSERVER_H
#define SDKSERVER_H

#include <MSWSock.h>

#define BUFFER_SIZE 8192
#define MAX_WORKERS 16

#define xmalloc(size) HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, (size))
#define xfree(memory) { HeapFree(GetProcessHeap(), 0, (memory)); memory = NULL; }

typedef enum _OPERATION { OperationAccept, OperationRead, OperationWrite } OPERATION;

/* One request of a connection: the OVERLAPPED first, so that its address is the request's. */
typedef struct _IO_CONTEXT {
    WSAOVERLAPPED   Overlapped;
    char            Buffer[BUFFER_SIZE];
    WSABUF          Rest;
    OPERATION       Operation;
    SOCKET          Accepted;
} IO_CONTEXT, *PIO_CONTEXT;

/* What the completion key points to. */
typedef struct _SOCKET_CONTEXT {
    SOCKET                      Socket;
    LPFN_ACCEPTEX               AcceptEx;
    PIO_CONTEXT                 Io;
    struct _SOCKET_CONTEXT      *Back, *Forward;
} SOCKET_CONTEXT, *PSOCKET_CONTEXT;

BOOL WINAPI OnControl(DWORD event);
DWORD WINAPI Worker(LPVOID parameter);
BOOL Listen(VOID);
BOOL PostAccept(VOID);
PSOCKET_CONTEXT Associate(SOCKET socket, OPERATION operation, BOOL inList);
VOID Close(PSOCKET_CONTEXT context, BOOL aborts);
VOID CloseAll();

#endif
