# An addon for Node.js on x64: one function that asks the kernel how a child has ended. See scripts/wait-addon.mjs,
# which makes a shared object of it. The function takes a PID and gives the status of wait4(2), 0 to 65535; -1 while the
# child is running; the negative number of the error, less one, when there is no such child.
# scripts/assemble.sh wait
.intel_syntax noprefix
        .equ    TABLE, 0x10400          # from here to the addresses that the dynamic linker fills in
        .equ    CREATE_FUNCTION, TABLE
        .equ    GET_CB_INFO, TABLE + 8
        .equ    GET_VALUE_INT32, TABLE + 16
        .equ    CREATE_INT32, TABLE + 24

# napi_value napi_register_module_v1(napi_env, napi_value exports)
init:   sub     rsp, 24
        mov     [rsp + 8], rsi          # stays the result when the function cannot be made
        xor     esi, esi                # without a name
        xor     edx, edx
        lea     rcx, [rip + ended]
        xor     r8d, r8d
        lea     r9, [rsp + 8]
        call    [rip + init + CREATE_FUNCTION]
        mov     rax, [rsp + 8]
        add     rsp, 24
        ret

# napi_value ended(napi_env, napi_callback_info)
ended:  push    rbx
        sub     rsp, 32
        mov     rbx, rdi
        mov     qword ptr [rsp], 1      # argc
        mov     rdx, rsp
        lea     rcx, [rsp + 8]          # argv
        xor     r8d, r8d
        xor     r9d, r9d
        call    [rip + init + GET_CB_INFO]
        mov     rdi, rbx
        mov     rsi, [rsp + 8]
        lea     rdx, [rsp + 16]
        call    [rip + init + GET_VALUE_INT32]
        mov     ecx, eax
        mov     eax, -22                # EINVAL
        test    ecx, ecx
        jnz     none
        mov     edi, [rsp + 16]
        test    edi, edi
        jle     none                    # would mean a process group, or any child
        lea     rsi, [rsp + 24]
        mov     edx, 1                  # WNOHANG
        xor     r10d, r10d
        mov     eax, 61                 # wait4
        syscall
none:   lea     esi, [rax - 1]
        test    eax, eax
        jle     give
        mov     esi, [rsp + 24]
give:   mov     rdi, rbx
        lea     rdx, [rsp + 16]
        call    [rip + init + CREATE_INT32]
        mov     rax, [rsp + 16]
        add     rsp, 32
        pop     rbx
        ret
