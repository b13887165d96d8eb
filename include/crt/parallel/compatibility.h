/* Stands in front of a part of libstdc++'s parallel mode, which would declare Windows' Sleep in its
 * own way to yield; sched_yield is here. */
#pragma GCC system_header
#pragma push_macro("_WIN32")
#undef _WIN32
#include_next <parallel/compatibility.h>
#pragma pop_macro("_WIN32")
