/* What the programs that time Linux' calls begin with: a clock, and the end where one fails. */
#ifndef ERRNO_CHECK_H
#define ERRNO_CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include "clock.h"

static inline void check(int condition, const char *what)
{
    if (!condition) {
        perror(what);
        exit(1);
    }
}

#endif
