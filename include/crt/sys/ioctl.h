/* Stands in front of glibc's <sys/ioctl.h>.
 *
 * FIONBIO and what it is made of mean something else there.  Included before winsock2.h this is
 * Linux' own header, and winsock2.h takes the names over; after it, Winsock's meanings survive. */
#ifndef LAPWING_CRT_SYS_IOCTL_H
#define LAPWING_CRT_SYS_IOCTL_H
#pragma GCC system_header
#pragma push_macro("FIOASYNC")
#pragma push_macro("FIONBIO")
#pragma push_macro("FIONREAD")
#pragma push_macro("IOC_IN")
#pragma push_macro("IOC_INOUT")
#pragma push_macro("IOC_OUT")
#pragma push_macro("SIOCATMARK")
#pragma push_macro("_IO")
#pragma push_macro("_IOR")
#pragma push_macro("_IOW")
#undef FIOASYNC
#undef FIONBIO
#undef FIONREAD
#undef IOC_IN
#undef IOC_INOUT
#undef IOC_OUT
#undef SIOCATMARK
#undef _IO
#undef _IOR
#undef _IOW
#include_next <sys/ioctl.h>
#ifdef _WINSOCK2API_
# pragma pop_macro("FIOASYNC")
# pragma pop_macro("FIONBIO")
# pragma pop_macro("FIONREAD")
# pragma pop_macro("IOC_IN")
# pragma pop_macro("IOC_INOUT")
# pragma pop_macro("IOC_OUT")
# pragma pop_macro("SIOCATMARK")
# pragma pop_macro("_IO")
# pragma pop_macro("_IOR")
# pragma pop_macro("_IOW")
#endif
#endif
