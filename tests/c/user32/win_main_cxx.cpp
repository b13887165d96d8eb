// WinMain in C++: the facts of win_main.c.
// test: arguments one two
#include "win_main.c"
