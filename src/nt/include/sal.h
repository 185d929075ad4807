/* SPDX-License-Identifier: MIT */
/*
 * sal.h: the annotations that driver sources carry for Microsoft's analysers. Here they say nothing.
 */
#ifndef NP_NT_SAL_H
#define NP_NT_SAL_H

#define _In_
#define _In_opt_
#define _In_z_
#define _In_range_(low, high)
#define _In_reads_(count)
#define _In_reads_opt_(count)
#define _In_reads_bytes_(bytes)
#define _In_reads_bytes_opt_(bytes)
#define _Out_
#define _Out_opt_
#define _Out_range_(low, high)
#define _Out_writes_(count)
#define _Out_writes_opt_(count)
#define _Out_writes_to_(count, written)
#define _Out_writes_all_(count)
#define _Out_writes_bytes_(bytes)
#define _Out_writes_bytes_opt_(bytes)
#define _Out_writes_bytes_to_(bytes, written)
#define _Out_writes_bytes_all_(bytes)
#define _Outptr_
#define _Outptr_opt_
#define _Outptr_result_maybenull_
#define _Outptr_result_bytebuffer_(bytes)
#define _Inout_
#define _Inout_opt_
#define _Inout_updates_(count)
#define _Inout_updates_bytes_(bytes)
#define _Reserved_
#define _Const_
#define _Notnull_
#define _Maybenull_
#define _Null_terminated_

#define _Ret_maybenull_
#define _Ret_notnull_
#define _Ret_range_(low, high)
#define _Success_(condition)
#define _Check_return_
#define _Must_inspect_result_
#define _Use_decl_annotations_
#define _Function_class_(name)
#define _When_(condition, annotation)
#define _At_(target, annotation)
#define _Pre_satisfies_(condition)
#define _Post_satisfies_(condition)
#define _Post_writable_byte_size_(bytes)
#define _Post_invalid_
#define _Field_size_(count)
#define _Field_size_bytes_(bytes)
#define _Field_range_(low, high)
#define _Struct_size_bytes_(bytes)
#define _Analysis_assume_(condition)

#define _IRQL_requires_(level)
#define _IRQL_requires_max_(level)
#define _IRQL_requires_min_(level)
#define _IRQL_requires_same_
#define _IRQL_raises_(level)
#define _IRQL_saves_
#define _IRQL_restores_
#define _IRQL_saves_global_(kind, param)
#define _IRQL_restores_global_(kind, param)
#define _Acquires_lock_(lock)
#define _Releases_lock_(lock)
#define _Requires_lock_held_(lock)
#define _Requires_lock_not_held_(lock)
#define _Guarded_by_(lock)
#define _Interlocked_

/* The spellings of old drivers. Some headers of C++ use these names themselves. */
#ifndef __cplusplus
#define __in
#define __in_opt
#define __in_bcount(bytes)
#define __in_ecount(count)
#define __out
#define __out_opt
#define __out_bcount(bytes)
#define __out_ecount(count)
#define __inout
#define __inout_opt
#define __inout_bcount(bytes)
#define __checkReturn
#define __deref_out
#define __drv_maxIRQL(level)
#define __drv_requiresIRQL(level)
#define __drv_sameIRQL
#endif

#define __drv_allocatesMem(kind)
#define __drv_freesMem(kind)
#define __drv_aliasesMem

#endif
