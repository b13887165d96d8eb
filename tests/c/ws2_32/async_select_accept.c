// WSAAsyncSelect: FD_ACCEPT, and what an accepted socket inherits (semantics 8.3 to 8.6).
// The facts of event_select_accept.c, told by messages to a window.
#include <winsock2.h>
#include <windows.h>
#define EVENTS_BY_MESSAGE 1
#include "event_select_accept.c"
