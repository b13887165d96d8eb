// WSAAsyncSelect: the calls after which an event is told again (semantics 8.3), one by one.
// The facts of event_select_calls.c, told by messages to a window.
#include <winsock2.h>
#include <windows.h>
#define EVENTS_BY_MESSAGE 1
#include "event_select_calls.c"
