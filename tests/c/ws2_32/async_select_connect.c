// WSAAsyncSelect: FD_CONNECT, and FD_WRITE with it (semantics 8.3, 8.4, 8.7).
// The facts of event_select_connect.c, told by messages to a window.
#include <winsock2.h>
#include <windows.h>
#define EVENTS_BY_MESSAGE 1
#include "event_select_connect.c"
