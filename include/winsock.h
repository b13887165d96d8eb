/* winsock.h: Winsock 1.1.  Its functions are a part of Winsock 2, and the numbers in which the two
 * headers differ on Windows (IP_TTL and its neighbours) are wrong in the old one when the program
 * then runs on ws2_32; so this is the new header. */
#pragma GCC system_header
#include "winsock2.h"
