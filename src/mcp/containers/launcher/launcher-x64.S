# The launcher for x86-64 Linux; what it does is written in README.md beside it.
# Kept in registers: r12 bytes of strings, r13 programs, r14 arguments, r15 variables, rbx its own environment, rbp stack at entry.
        .globl  _start
        .text
_start:
        mov     %rsp, %rbp
        sub     $16, %rsp
        mov     %rsp, %rsi
        mov     $16, %edx
        call    read_exactly
        mov     (%rsp), %r12d
        mov     4(%rsp), %r13d
        mov     8(%rsp), %r14d
        mov     12(%rsp), %r15d
        cmp     $0x200000, %r12d
        ja      bad_order
        mov     $4096, %eax
        cmp     %eax, %r13d
        ja      bad_order
        cmp     %eax, %r14d
        ja      bad_order
        cmp     %eax, %r15d
        ja      bad_order
        # Its own environment lies behind its arguments.
        mov     (%rbp), %rax
        lea     16(%rbp,%rax,8), %rbx
        xor     %ecx, %ecx
1:      cmpq    $0, (%rbx,%rcx,8)
        je      2f
        inc     %rcx
        jmp     1b
        # Memory for pointers to arguments, variables and both environments' ends, and then for the strings.
2:      lea     2(%rcx,%r14), %rax
        add     %r15, %rax
        push    %rcx
        push    %rax
        lea     (%r12,%rax,8), %rsi
        xor     %edi, %edi
        mov     $3, %edx
        mov     $0x22, %r10d
        mov     $-1, %r8
        xor     %r9d, %r9d
        mov     $9, %eax
        syscall
        cmp     $-4096, %rax
        ja      bad_order
        pop     %rcx
        mov     %rax, %r9
        lea     (%rax,%rcx,8), %r8
        mov     %r8, %rsi
        mov     %r12, %rdx
        call    read_exactly
        # r8 strings, r9 next pointer to write, rsi next string.
        mov     %r8, %rsi
        mov     %r13d, %ecx
3:      test    %ecx, %ecx
        jz      4f
        call    skip_string
        dec     %ecx
        jmp     3b
4:      mov     %r9, %r10
        mov     %r14d, %ecx
        call    point_at_strings
        movq    $0, (%r9)
        add     $8, %r9
        mov     %r9, %rdx
        mov     %r15d, %ecx
        call    point_at_strings
        pop     %rcx
5:      test    %rcx, %rcx
        jz      6f
        mov     (%rbx), %rax
        mov     %rax, (%r9)
        add     $8, %rbx
        add     $8, %r9
        dec     %rcx
        jmp     5b
6:      movq    $0, (%r9)
        # Each program in turn: rdi name, r10 arguments, rdx environment.
        mov     %r8, %rsi
        mov     $127, %ebx
7:      test    %r13d, %r13d
        jz      9f
        mov     %rsi, %rdi
        push    %rsi
        mov     %r10, %rsi
        mov     $59, %eax
        syscall
        pop     %rsi
        cmp     $-2, %rax
        je      8f
        cmp     $-20, %rax
        je      8f
        mov     $126, %ebx
8:      call    skip_string
        dec     %r13d
        jmp     7b
9:      lea     no_program(%rip), %rsi
        mov     $no_program_end - no_program, %edx
        jmp     fail
bad_order:
        lea     no_order(%rip), %rsi
        mov     $no_order_end - no_order, %edx
        mov     $125, %ebx
fail:
        mov     $2, %edi
        mov     $1, %eax
        syscall
        mov     %ebx, %edi
        mov     $231, %eax
        syscall
        hlt

# rsi where, rdx how many; nothing beyond them is taken from standard input.
read_exactly:
        test    %rdx, %rdx
        jz      1f
        xor     %edi, %edi
        xor     %eax, %eax
        syscall
        cmp     $-4, %rax
        je      read_exactly
        test    %rax, %rax
        jle     bad_order
        add     %rax, %rsi
        sub     %rax, %rdx
        jmp     read_exactly
1:      ret

# Moves rsi behind the string that begins there.
skip_string:
        cmpb    $0, (%rsi)
        lea     1(%rsi), %rsi
        jne     skip_string
        ret

# Writes pointers to ecx strings from rsi on to r9 on.
point_at_strings:
        test    %ecx, %ecx
        jz      1f
        mov     %rsi, (%r9)
        add     $8, %r9
        call    skip_string
        dec     %ecx
        jmp     point_at_strings
1:      ret

no_program:
        .ascii  "gantry: the program of the image cannot be started\n"
no_program_end:
no_order:
        .ascii  "gantry: nothing was said about what to start\n"
no_order_end:
