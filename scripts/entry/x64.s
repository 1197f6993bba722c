# The first instructions of the executable on x64, before the C library and bun: see README.md beside this.
# as x64.s && objcopy -O binary a.out x64.bin
.intel_syntax noprefix
        .ascii  "ONEPPOOL"
notes:  .quad   0                       # where to write; put in by the build
bun:    .quad   0                       # the entry of bun; put in by the build
        .quad   heard - notes + 8       # where the two signal handlers are
        .quad   power - notes + 8
environ: .quad  0                       # the variable `environ` of the C library; put in by the build

start:  push    rdx                     # of the dynamic linker, for bun
        mov     rbx, [rip + notes]

        # The watchdog waits here until nobody holds the other end of its stdin: it is small as long as bun has not begun.
        mov     rsi, [rsp + 16]         # argv[0]
        test    rsi, rsi
        jz      limits
        movabs  rax, 0x637461772d70706f # "opp-watc"
        cmp     [rsi], rax
        jne     limits
        cmp     dword ptr [rsi + 8], 0x676f6468 # "hdog"
        jne     limits
        mov     edi, 15                 # PR_SET_NAME: else `pkill oneprocpool` would find it
        mov     eax, 157                # prctl
        syscall
        lea     rdi, [rip + root]
        mov     eax, 80                 # chdir
        syscall
        # What was written there stays there.
wait:   lea     rdi, [rbx + 96]         # struct pollfd: descriptor 0, no events
        mov     esi, 1
        mov     edx, -1
        mov     eax, 7                  # poll
        syscall
        cmp     eax, -4                 # EINTR
        je      wait
        cmp     byte ptr [rbx + 102], 16 # POLLHUP
        je      ended
        xor     edi, edi
        mov     eax, 231                # exit_group
        syscall
ended:  mov     qword ptr [rbx + 88], 1

limits: mov     esi, 7                  # RLIMIT_NOFILE
        lea     r10, [rbx + 8]
        call    limit
        mov     esi, 3                  # RLIMIT_STACK
        lea     r10, [rbx + 24]
        call    limit

        # Of all signals whether they are ignored.
        mov     ebp, 64
signal: mov     edi, ebp
        xor     esi, esi
        lea     rdx, [rbx + 96]
        mov     r10d, 8
        mov     eax, 13                 # rt_sigaction
        syscall
        test    eax, eax
        jnz     next
        cmp     qword ptr [rbx + 96], 1 # SIG_IGN
        jne     next
        lea     rax, [rbp - 1]
        bts     [rbx + 40], rax
next:   dec     ebp
        jnz     signal

        # All threads of bun will be deaf to what the program wants to hear itself.
        xor     edi, edi                # SIG_BLOCK
        lea     rsi, [rip + deaf]
        lea     rdx, [rbx + 48]
        mov     r10d, 8
        mov     eax, 14                 # rt_sigprocmask
        syscall

        # The open descriptors from 0 to 255.
        mov     ebp, 255
open:   mov     edi, ebp
        mov     esi, 1                  # F_GETFD
        mov     eax, 72                 # fcntl
        syscall
        test    eax, eax
        js      shut
        bts     [rbx + 56], rbp
shut:   dec     ebp
        jns     open

        # bun refuses to begin in a directory that was removed: the program goes back there.
        sub     rsp, 4096
        mov     rdi, rsp
        mov     esi, 4096
        mov     eax, 79                 # getcwd
        syscall
        add     rsp, 4096
        test    eax, eax
        jns     hides
        lea     rdi, [rip + dot]
        mov     esi, 0x290000           # O_PATH | O_DIRECTORY | O_CLOEXEC
        mov     eax, 2                  # open
        syscall
        test    eax, eax
        js      hides
        inc     eax
        mov     [rbx + 112], eax
        lea     rdi, [rip + root]
        mov     eax, 80                 # chdir
        syscall
hides:
        # Variables for bun are not for us: their first letter becomes U+0001.
        mov     rcx, [rsp + 8]          # argc
        lea     rsi, [rsp + rcx * 8 + 24]
name:   mov     rax, [rsi]
        test    rax, rax
        jz      done
        mov     ecx, [rax]
        cmp     ecx, 0x5f4e5542         # BUN_
        je      hide
        cmp     ecx, 0x5f43534a         # JSC_
        je      hide
        cmp     ecx, 0x45444f4e         # NODE
        je      hide
        cmp     ecx, 0x414d494d         # MIMA
        jne     keep
hide:   mov     byte ptr [rax], 1
keep:   add     rsi, 8
        jmp     name

done:   mov     qword ptr [rbx], 1
        pop     rdx

        # One more variable, for bun alone. It goes into a copy of all that stands on the stack (argc, argv, variables
        # and auxiliary vector): the dynamic linker still reads the first.
        lea     rcx, [rsi + 8]
vector: cmp     qword ptr [rcx], 0      # AT_NULL
        lea     rcx, [rcx + 16]
        jne     vector
        mov     r8, rsi                 # the end of the variables
        mov     r9, rcx                 # the end of everything
        sub     rcx, rsp
        add     rcx, 8 + 15
        and     rcx, -16
        mov     rdi, rsp
        sub     rdi, rcx
        mov     r10, rdi
        mov     rsi, rsp
        mov     rcx, r8
        sub     rcx, rsp
        shr     rcx, 3
        rep     movsq
        lea     rax, [rip + extra]
        stosq
        mov     rcx, r9
        sub     rcx, r8
        shr     rcx, 3
        rep     movsq
        mov     rsp, r10
        mov     rcx, [rsp]              # argc
        lea     rcx, [rsp + rcx * 8 + 16]
        mov     rax, [rip + environ]
        mov     [rax], rcx
        jmp     [rip + bun]

# Handler for SIGPWR: what another process sent is for us, the rest is bun's own business.
power:  cmp     dword ptr [rsi + 8], 0  # si_code: SI_USER
        mov     rax, [rip + notes]
        je      heard
        jmp     [rax + 104]

# Handler for all others: writes the number of the signal into our pipe.
heard:  push    rdi
        mov     rax, [rip + notes]
        mov     edi, [rax + 96]
        mov     rsi, rsp
        mov     edx, 1
        mov     eax, 1                  # write
        syscall
        pop     rdi
        ret

limit:  xor     edi, edi
        xor     edx, edx
        mov     eax, 302                # prlimit64
        syscall
        ret

# All but SIGPWR (30), with which bun stops its threads, and the two of the C library (32, 33).
deaf:   .quad   0xfffffffe5fffffff
root:   .asciz  "/"
dot:    .asciz  "."
# A thread that makes room for more objects than we have.
extra:  .asciz  "BUN_JSC_useWarmUpMarkedBlocks=0"
