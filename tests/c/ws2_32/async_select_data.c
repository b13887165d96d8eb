// WSAAsyncSelect: FD_READ, FD_WRITE and FD_OOB (semantics 8.3, 8.4, 8.5, 8.8, 5.11).
// The facts of event_select_data.c, told by messages to a window.
#include <winsock2.h>
#include <windows.h>
#define EVENTS_BY_MESSAGE 1
#include "event_select_data.c"
