// wWinMain: the facts of win_main.c, with a wide command line and the functions that end in W.
// test: native mingw-w64 links wWinMain with an option of its own only
// test: arguments one two
#define UNICODE
#define _UNICODE
#include "win_main.c"
