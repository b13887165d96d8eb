/* windows.h: the whole of the base API, and Winsock unless WIN32_LEAN_AND_MEAN. */
#ifndef _WINDOWS_
#define _WINDOWS_
#pragma GCC system_header
#include "sdkddkver.h"
#include "excpt.h"
#include "windef.h"
#include "winnt.h"
#include "winbase.h"
#ifndef NOGDI
# include "wingdi.h"
#endif
#ifndef NOUSER
# include "winuser.h"
#endif
#include "wincon.h"
#include "winnls.h"

#ifndef WIN32_LEAN_AND_MEAN
# include "mmsystem.h"
# include "shellapi.h"
/* The old winsock.h and winsock2.h cannot meet on Windows; here they are the same header, and a
 * program that asked for neither by name gets it too. */
# ifndef _WINSOCKAPI_
#  include "winsock2.h"
# endif
#endif

#define _INC_WINDOWS

#endif
