/* wincon.h: the console, as far as consoleapi.h has it. */
#ifndef _WINCON_
#define _WINCON_
#pragma GCC system_header
#include "consoleapi.h"
#include "consoleapi2.h"



#endif
