// The multimedia clock.
// test: native mingw-w64 wants -lwinmm behind the source, where no option can stand
#include <windows.h>
#include <mmsystem.h>
#include "check.h"

int main(void)
{
    FACT("client-needs, enet", "timeGetTime is the tick count, and every period is possible but 0");
    CHECK(timeGetTime() - GetTickCount() < 600000);
    CHECK_EQ(timeBeginPeriod(1), TIMERR_NOERROR);
    CHECK_EQ(timeEndPeriod(1), TIMERR_NOERROR);
    CHECK_EQ(timeBeginPeriod(0), TIMERR_NOCANDO);
    return check_end();
}
