// WSAAsyncSelect: FD_CLOSE (semantics 8.9).
// The facts of event_select_close.c, told by messages to a window.
#include <winsock2.h>
#include <windows.h>
#define EVENTS_BY_MESSAGE 1
#include "event_select_close.c"
