/* wspiapi.h: for Windows before XP, which had no getaddrinfo; here it is in ws2tcpip.h. */
#ifndef _WSPIAPI_H_
#define _WSPIAPI_H_
#pragma GCC system_header
#include "ws2tcpip.h"

#endif
