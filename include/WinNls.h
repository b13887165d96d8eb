/* Another spelling of winnls.h. */
#include "winnls.h"
