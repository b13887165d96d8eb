// test: long
// test: guard 280
// test: native the filters are programs of Linux'
#define FILTER_BYTES (1ll << 30)
#define FILTER_LINES 1000000
#include "filter.c"
