// WSAAsyncSelect: each call that re-enables an event, and those that do not (semantics 8.3).
// The facts of event_select_enable.c, told by messages to a window.
#include <winsock2.h>
#include <windows.h>
#define EVENTS_BY_MESSAGE 1
#include "event_select_enable.c"
