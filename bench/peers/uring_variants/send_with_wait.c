/* io_uring as a completion port could not use it: see multishot.h.  Sends leave with the next wait,
 * that is, not before a thread that computes comes back.
 *
 * build: cc -O2 -pthread -o OUT IN -luring
 * needs: /usr/include/liburing.h liburing-dev
 */
#include "multishot.h"
