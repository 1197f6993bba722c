package main

import (
	"runtime"
	"syscall"
	"time"
	"unsafe"
)

const threadCPUTime = 3

func cpuSeconds() float64 {
	var t syscall.Timespec
	syscall.Syscall(syscall.SYS_CLOCK_GETTIME, threadCPUTime, uintptr(unsafe.Pointer(&t)), 0)
	return float64(t.Sec) + float64(t.Nsec)/1e9
}

// burn works for so much CPU time on one thread of the system.
func burn(seconds float64, end time.Time) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	x := 0
	for stop := cpuSeconds() + seconds; cpuSeconds() < stop && time.Now().Before(end); {
		for i := 0; i < 20000; i++ {
			x += i
		}
	}
	if x < 0 {
		panic(x)
	}
}
