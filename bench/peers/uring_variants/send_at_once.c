/* io_uring as a completion port could use it: see multishot.h.  Data leaves at once, as WSASend's
 * does, whatever the thread does next.
 *
 * build: cc -O2 -pthread -o OUT IN -luring
 * needs: /usr/include/liburing.h liburing-dev
 */
#define SEND_AT_ONCE
#include "multishot.h"
