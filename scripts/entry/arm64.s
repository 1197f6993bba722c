# The first instructions of the executable on arm64; the same as x64.s, where the comments are.
# aarch64-linux-gnu-as arm64.s && aarch64-linux-gnu-objcopy -O binary a.out arm64.bin
        .ascii  "ONEPPOOL"
notes:  .quad   0
bun:    .quad   0
        .quad   heard - notes + 8
        .quad   power - notes + 8
environ: .quad  0

start:  mov     x20, x0                 // of the dynamic linker, for bun
        ldr     x19, notes

        ldr     x1, [sp, 8]             // argv[0]
        cbz     x1, limits
        ldr     x2, oppwatc
        ldr     x3, [x1]
        cmp     x2, x3
        b.ne    limits
        ldr     w2, hdog
        ldr     w3, [x1, 8]
        cmp     w2, w3
        b.ne    limits
        mov     x0, 15                  // PR_SET_NAME
        mov     x8, 167                 // prctl
        svc     0
        adr     x0, root
        mov     x8, 49                  // chdir
        svc     0
wait:   add     x0, x19, 96             // struct pollfd
        mov     x1, 1
        mov     x2, 0
        mov     x3, 0
        mov     x4, 8
        mov     x8, 73                  // ppoll
        svc     0
        cmn     x0, 4                   // EINTR
        b.eq    wait
        ldrb    w0, [x19, 102]
        cmp     w0, 16                  // POLLHUP
        b.eq    ended
        mov     x0, 0
        mov     x8, 94                  // exit_group
        svc     0
ended:  mov     x1, 1
        str     x1, [x19, 88]

limits: mov     x1, 7                   // RLIMIT_NOFILE
        add     x3, x19, 8
        bl      limit
        mov     x1, 3                   // RLIMIT_STACK
        add     x3, x19, 24
        bl      limit

        mov     x21, 64
signal: mov     x0, x21
        mov     x1, 0
        add     x2, x19, 96
        mov     x3, 8
        mov     x8, 134                 // rt_sigaction
        svc     0
        cbnz    x0, next
        ldr     x0, [x19, 96]
        cmp     x0, 1                   // SIG_IGN
        b.ne    next
        sub     x1, x21, 1
        lsl     x0, x0, x1
        ldr     x1, [x19, 40]
        orr     x1, x1, x0
        str     x1, [x19, 40]
next:   subs    x21, x21, 1
        b.ne    signal

        mov     x0, 0                   // SIG_BLOCK
        adr     x1, deaf
        add     x2, x19, 48
        mov     x3, 8
        mov     x8, 135                 // rt_sigprocmask
        svc     0

        mov     x21, 255
open:   mov     x0, x21
        mov     x1, 1                   // F_GETFD
        mov     x8, 25                  // fcntl
        svc     0
        tbnz    w0, 31, shut
        lsr     x1, x21, 3
        add     x1, x1, x19
        and     x2, x21, 7
        mov     x3, 1
        lsl     x3, x3, x2
        ldrb    w0, [x1, 56]
        orr     w0, w0, w3
        strb    w0, [x1, 56]
shut:   subs    x21, x21, 1
        b.pl    open

        sub     sp, sp, 4096
        mov     x0, sp
        mov     x1, 4096
        mov     x8, 17                  // getcwd
        svc     0
        add     sp, sp, 4096
        tbz     w0, 31, hides
        mov     x0, -100                // AT_FDCWD
        adr     x1, dot
        ldr     w2, flags               // O_PATH | O_DIRECTORY | O_CLOEXEC
        mov     x3, 0
        mov     x8, 56                  // openat
        svc     0
        tbnz    w0, 31, hides
        add     w0, w0, 1
        str     w0, [x19, 112]
        adr     x0, root
        mov     x8, 49                  // chdir
        svc     0
hides:
        ldr     x1, [sp]                // argc
        add     x2, sp, x1, lsl 3
        add     x2, x2, 16
        ldr     w4, names
        ldr     w5, names + 4
        ldr     w6, names + 8
        ldr     w7, names + 12
        mov     w3, 1
name:   ldr     x0, [x2], 8
        cbz     x0, done
        ldr     w1, [x0]
        cmp     w1, w4
        b.eq    hide
        cmp     w1, w5
        b.eq    hide
        cmp     w1, w6
        b.eq    hide
        cmp     w1, w7
        b.ne    name
hide:   strb    w3, [x0]
        b       name

done:   mov     x0, 1
        str     x0, [x19]

        mov     x3, x2                  // auxiliary vector
vector: ldr     x0, [x3], 16
        cbnz    x0, vector              // AT_NULL
        sub     x4, x2, 8               // the end of the variables
        mov     x1, sp
        sub     x0, x3, x1
        add     x0, x0, 8 + 15
        and     x0, x0, -16
        sub     x5, x1, x0
        mov     sp, x5
        adr     x6, extra
copy:   cmp     x1, x4
        b.ne    word
        str     x6, [x5], 8
word:   ldr     x0, [x1], 8
        str     x0, [x5], 8
        cmp     x1, x3
        b.ne    copy
        ldr     x1, [sp]                // argc
        add     x2, sp, x1, lsl 3
        add     x2, x2, 16
        ldr     x0, environ
        str     x2, [x0]
        ldr     x16, bun
        mov     x0, x20
        br      x16

power:  ldr     w3, [x1, 8]             // si_code: SI_USER
        cbz     w3, heard
        ldr     x3, notes
        ldr     x3, [x3, 104]
        br      x3

heard:  ldr     x3, notes
        sub     sp, sp, 16
        str     x0, [sp]
        ldr     w0, [x3, 96]
        mov     x1, sp
        mov     x2, 1
        mov     x8, 64                  // write
        svc     0
        add     sp, sp, 16
        ret

limit:  mov     x0, 0
        mov     x2, 0
        mov     x8, 261                 // prlimit64
        svc     0
        ret

        .align  3
deaf:   .quad   0xfffffffe5fffffff
oppwatc: .ascii "opp-watc"
hdog:   .ascii  "hdog"
        .balign 8
names:  .ascii  "BUN_JSC_NODEMIMA"
flags:  .word   0x284000
root:   .asciz  "/"
dot:    .asciz  "."
extra:  .asciz  "BUN_JSC_useWarmUpMarkedBlocks=0"
