/* excpt.h: structured exceptions under the name the C run-time gives them. */
#ifndef _INC_EXCPT
#define _INC_EXCPT
#pragma GCC system_header
#include "minwindef.h"
#include "lapwing/seh.h"

#endif
