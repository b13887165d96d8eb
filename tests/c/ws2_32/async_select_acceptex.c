// WSAAsyncSelect: a connection that AcceptEx takes is no FD_ACCEPT (semantics 5.11).
// The facts of event_select_acceptex.c, told by messages to a window.
#include <winsock2.h>
#include <windows.h>
#define EVENTS_BY_MESSAGE 1
#include "event_select_acceptex.c"
