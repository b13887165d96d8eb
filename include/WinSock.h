/* Another spelling of winsock.h. */
#include "winsock.h"
