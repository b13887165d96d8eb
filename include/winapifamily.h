/* winapifamily.h: which part of the API a program asks for.  Here it is always the desktop's. */
#ifndef _INC_WINAPIFAMILY
#define _INC_WINAPIFAMILY
#pragma GCC system_header

#define WINAPI_FAMILY_PC_APP 2
#define WINAPI_FAMILY_PHONE_APP 3
#define WINAPI_FAMILY_DESKTOP_APP 100
#ifndef WINAPI_FAMILY
# define WINAPI_FAMILY WINAPI_FAMILY_DESKTOP_APP
#endif
#define WINAPI_PARTITION_DESKTOP 1
#define WINAPI_PARTITION_APP 1
#define WINAPI_PARTITION_SYSTEM 1
#define WINAPI_FAMILY_PARTITION(partitions) (partitions)

#endif
