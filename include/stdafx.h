/* stdafx.h: what Visual C++'s template for console programs puts into a project's own header of
 * this name, for the sources that are handed on without theirs. */
#ifndef LAPWING_STDAFX_H
#define LAPWING_STDAFX_H
#pragma GCC system_header
#include <stdio.h>
#include "sdkddkver.h"
#include "tchar.h"

#endif
