/* crtdefs.h: the types of the C run-time. */
#ifndef _INC_CRTDEFS
#define _INC_CRTDEFS
#pragma GCC system_header
#include "_lapwing.h"
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#endif
