/* winerror.h: error codes.  The system's own are in four rooms by number, Winsock's in a fifth. */
#ifndef _WINERROR_
#define _WINERROR_
#pragma GCC system_header
#include "minwindef.h"
#include "lapwing/winerror-0.h"
#include "lapwing/winerror-500.h"
#include "lapwing/winerror-1000.h"
#include "lapwing/winerror-1300.h"
#include "lapwing/winerror-winsock.h"

#define NO_ERROR 0
#define WAIT_TIMEOUT 258
#define DNS_ERROR_RCODE_NO_ERROR 0

/* HRESULT: severity, facility, code. */
#define SEVERITY_SUCCESS 0
#define SEVERITY_ERROR 1
#define FACILITY_NULL 0
#define FACILITY_WIN32 7
#define FACILITY_NT_BIT 0x10000000
#define SUCCEEDED(result) (((HRESULT)(result)) >= 0)
#define FAILED(result) (((HRESULT)(result)) < 0)
#define HRESULT_CODE(result) ((result) & 0xFFFF)
#define HRESULT_FACILITY(result) (((result) >> 16) & 0x1fff)
#define HRESULT_SEVERITY(result) (((result) >> 31) & 0x1)
#define MAKE_HRESULT(severity, facility, code)                                                     \
    ((HRESULT)(((unsigned int)(severity) << 31) | ((unsigned int)(facility) << 16) |               \
               ((unsigned int)(code))))
#define __HRESULT_FROM_WIN32(error)                                                                \
    ((HRESULT)(error) <= 0 ? ((HRESULT)(error))                                                    \
                           : ((HRESULT)(((error) & 0x0000FFFF) | (FACILITY_WIN32 << 16) |          \
                                        0x80000000)))
#define HRESULT_FROM_WIN32(error) __HRESULT_FROM_WIN32(error)
#define HRESULT_FROM_NT(status) ((HRESULT)((status) | FACILITY_NT_BIT))
#define _HRESULT_TYPEDEF_(value) ((HRESULT)value)

#define S_OK ((HRESULT)0)
#define S_FALSE ((HRESULT)1)
#define E_UNEXPECTED _HRESULT_TYPEDEF_(0x8000FFFF)
#define E_NOTIMPL _HRESULT_TYPEDEF_(0x80004001)
#define E_NOINTERFACE _HRESULT_TYPEDEF_(0x80004002)
#define E_POINTER _HRESULT_TYPEDEF_(0x80004003)
#define E_ABORT _HRESULT_TYPEDEF_(0x80004004)
#define E_FAIL _HRESULT_TYPEDEF_(0x80004005)
#define E_PENDING _HRESULT_TYPEDEF_(0x8000000A)
#define E_BOUNDS _HRESULT_TYPEDEF_(0x8000000B)
#define E_ACCESSDENIED _HRESULT_TYPEDEF_(0x80070005)
#define E_HANDLE _HRESULT_TYPEDEF_(0x80070006)
#define E_OUTOFMEMORY _HRESULT_TYPEDEF_(0x8007000E)
#define E_INVALIDARG _HRESULT_TYPEDEF_(0x80070057)

#endif
