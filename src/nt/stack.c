#define _GNU_SOURCE 1
#define UNW_LOCAL_ONLY

#include "stack.h"

#include <dlfcn.h>
#include <libunwind.h>

void np_nt_stack_take(struct np_nt_stack *stack, unsigned depth)
{
    int got = 0;
    if (depth > NP_NT_FRAMES) depth = NP_NT_FRAMES;
    if (depth != 0) got = unw_backtrace(stack->frames, (int)depth);
    stack->depth = got < 0 ? 0 : (unsigned)got;
}

void np_nt_print_stack(FILE *to, const struct np_nt_stack *stack)
{
    for (unsigned i = 0; i < stack->depth; i++) {
        Dl_info info = {0};
        const char *address = stack->frames[i];
        /* A return address is past the call: the byte before it is of the function that called. */
        const bool known = dladdr(address - 1, &info) != 0;
        fprintf(to, "    #%-2u %p", i, stack->frames[i]);
        if (known && info.dli_sname != NULL)
            fprintf(to, " %s+0x%zx", info.dli_sname, (size_t)(address - (const char *)info.dli_saddr));
        if (known && info.dli_fname != NULL)
            fprintf(to, " (%s+0x%zx)", info.dli_fname, (size_t)(address - (const char *)info.dli_fbase));
        fputc('\n', to);
    }
    if (stack->depth == 0) fprintf(to, "    no stack was taken\n");
}
