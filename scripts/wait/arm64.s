// An addon for Node.js on arm64; what it does is told in x64.s. scripts/assemble.sh wait
        .equ    TABLE, 0x10400          // from here to the addresses that the dynamic linker fills in
        .equ    CREATE_FUNCTION, TABLE
        .equ    GET_CB_INFO, TABLE + 8
        .equ    GET_VALUE_INT32, TABLE + 16
        .equ    CREATE_INT32, TABLE + 24

        .macro  call which
        adr     x16, init + \which
        ldr     x16, [x16]
        blr     x16
        .endm

// napi_value napi_register_module_v1(napi_env, napi_value exports)
init:   stp     x29, x30, [sp, #-32]!
        str     x1, [sp, #16]           // stays the result when the function cannot be made
        mov     x1, xzr                 // without a name
        mov     x2, xzr
        adr     x3, ended
        mov     x4, xzr
        add     x5, sp, #16
        call    CREATE_FUNCTION
        ldr     x0, [sp, #16]
        ldp     x29, x30, [sp], #32
        ret

// napi_value ended(napi_env, napi_callback_info)
ended:  stp     x29, x30, [sp, #-64]!
        str     x19, [sp, #16]
        mov     x19, x0
        mov     x9, #1
        str     x9, [sp, #24]           // argc
        add     x2, sp, #24
        add     x3, sp, #32             // argv
        mov     x4, xzr
        mov     x5, xzr
        call    GET_CB_INFO
        mov     x0, x19
        ldr     x1, [sp, #32]
        add     x2, sp, #40
        call    GET_VALUE_INT32
        mov     w9, w0
        mov     w0, #-22                // EINVAL
        cbnz    w9, none
        ldr     w9, [sp, #40]
        cmp     w9, #0
        b.le    none                    // would mean a process group, or any child
        mov     w0, w9
        add     x1, sp, #48
        mov     x2, #1                  // WNOHANG
        mov     x3, xzr
        mov     x8, #260                // wait4
        svc     #0
none:   sub     w1, w0, #1
        cmp     w0, #0
        b.le    give
        ldr     w1, [sp, #48]
give:   mov     x0, x19
        add     x2, sp, #40
        call    CREATE_INT32
        ldr     x0, [sp, #40]
        ldr     x19, [sp, #16]
        ldp     x29, x30, [sp], #64
        ret
