/* io_uring for a port that several threads may ask: see multishot.h.  Data leaves at once.
 *
 * build: cc -O2 -pthread -o OUT IN -luring
 * needs: /usr/include/liburing.h liburing-dev
 */
#define SEND_AT_ONCE
#define SHARED
#include "multishot.h"
