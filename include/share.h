/* share.h: who else may open a file; io.h has the words. */
#ifndef _INC_SHARE
#define _INC_SHARE
#pragma GCC system_header
#include "io.h"

#endif
