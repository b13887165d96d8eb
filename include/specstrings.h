/* specstrings.h: the source annotations under their other header's name. */
#ifndef SPECSTRINGS_H
#define SPECSTRINGS_H
#pragma GCC system_header
#include "sal.h"

#endif
