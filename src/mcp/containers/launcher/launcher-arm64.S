// The launcher for AArch64 Linux; what it does is written in README.md beside it.
// Kept in registers: x19 bytes of strings, x20 programs, x21 arguments, x22 variables, x23 its own environment, x24 how many that
// has, x25 strings, x26 argument pointers, x27 environment pointers, x28 exit code.
        .globl  _start
        .text
_start:
        mov     x29, sp
        sub     sp, sp, #16
        mov     x1, sp
        mov     x2, #16
        bl      read_exactly
        ldp     w19, w20, [sp]
        ldp     w21, w22, [sp, #8]
        mov     w0, #0x200000
        cmp     w19, w0
        b.hi    bad_order
        mov     w0, #4096
        cmp     w20, w0
        b.hi    bad_order
        cmp     w21, w0
        b.hi    bad_order
        cmp     w22, w0
        b.hi    bad_order
        // Its own environment lies behind its arguments.
        ldr     x0, [x29]
        add     x23, x29, x0, lsl #3
        add     x23, x23, #16
        mov     x24, #0
1:      ldr     x0, [x23, x24, lsl #3]
        cbz     x0, 2f
        add     x24, x24, #1
        b       1b
        // Memory for pointers to arguments, variables and both environments' ends, and then for the strings.
2:      add     x25, x24, x21
        add     x25, x25, x22
        add     x25, x25, #2
        lsl     x25, x25, #3
        add     x1, x25, x19
        mov     x0, #0
        mov     x2, #3
        mov     x3, #0x22
        mov     x4, #-1
        mov     x5, #0
        mov     x8, #222
        svc     #0
        cmn     x0, #4095
        b.hs    bad_order
        mov     x26, x0
        add     x25, x25, x0
        mov     x1, x25
        mov     x2, x19
        bl      read_exactly
        // x1 next string, x3 next pointer to write.
        mov     x1, x25
        mov     x3, x26
        mov     w4, w20
3:      cbz     w4, 4f
        bl      skip_string
        sub     w4, w4, #1
        b       3b
4:      mov     w4, w21
        bl      point_at_strings
        str     xzr, [x3], #8
        mov     x27, x3
        mov     w4, w22
        bl      point_at_strings
5:      cbz     x24, 6f
        ldr     x0, [x23], #8
        str     x0, [x3], #8
        sub     x24, x24, #1
        b       5b
6:      str     xzr, [x3]
        // Each program in turn.
        mov     w28, #127
        mov     x24, x25
7:      cbz     w20, 9f
        mov     x0, x24
        mov     x1, x26
        mov     x2, x27
        mov     x8, #221
        svc     #0
        cmn     x0, #2
        b.eq    8f
        cmn     x0, #20
        b.eq    8f
        mov     w28, #126
8:      mov     x1, x24
        bl      skip_string
        mov     x24, x1
        sub     w20, w20, #1
        b       7b
9:      adr     x1, no_program
        mov     x2, #no_program_end - no_program
        b       fail
bad_order:
        adr     x1, no_order
        mov     x2, #no_order_end - no_order
        mov     w28, #125
fail:
        mov     x0, #2
        mov     x8, #64
        svc     #0
        mov     w0, w28
        mov     x8, #94
        svc     #0
        brk     #0

// x1 where, x2 how many; nothing beyond them is taken from standard input.
read_exactly:
        cbz     x2, 1f
        mov     x9, x1
        mov     x0, #0
        mov     x8, #63
        svc     #0
        mov     x1, x9
        cmn     x0, #4
        b.eq    read_exactly
        cmp     x0, #0
        b.le    bad_order
        add     x1, x1, x0
        sub     x2, x2, x0
        b       read_exactly
1:      ret

// Moves x1 behind the string that begins there.
skip_string:
        ldrb    w0, [x1], #1
        cbnz    w0, skip_string
        ret

// Writes pointers to w4 strings from x1 on to x3 on.
point_at_strings:
        mov     x10, x30
1:      cbz     w4, 2f
        str     x1, [x3], #8
        bl      skip_string
        sub     w4, w4, #1
        b       1b
2:      ret     x10

no_program:
        .ascii  "gantry: the program of the image cannot be started\n"
no_program_end:
no_order:
        .ascii  "gantry: nothing was said about what to start\n"
no_order_end:
