// WSAAsyncSelect: FD_CONNECT of ConnectEx and of connects that fail (semantics 8.3, 8.7).
// The facts of event_select_connectex.c, told by messages to a window.
#include <winsock2.h>
#include <windows.h>
#define EVENTS_BY_MESSAGE 1
#include "event_select_connectex.c"
