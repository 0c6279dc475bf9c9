/*
 * What mingw-w64 has no declaration of, or none outside its driver headers, with its source. A test fails when a header that we
 * include declares one of these after all.
 */

/* ntdll.dll; source: ntddk.h / wdm.h of the Windows Driver Kit */
NTSTATUS NTAPI RtlGetVersion(OSVERSIONINFOEXW*);

/* Member of FILE_INFORMATION_CLASS; source: wdm.h of the Windows Driver Kit */
#define FileDispositionInformationEx 64

/* The service's own codes; source: winerror.h of the Windows SDK, HCSHResult page of Microsoft's HCS reference */
#define HCS_E_OPERATION_TIMEOUT 0x80370118

/* ERROR_VMCOMPUTE_OPERATION_PENDING as vmcompute.dll returns it; source: hcsshim, internal/hcs/errors.go */
#define HCS_E_OPERATION_PENDING 0xC0370103

/* Source: winerror.h of the Windows SDK */
#define ERROR_REPARSE_POINT_ENCOUNTERED 4395
