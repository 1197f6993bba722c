// preset: go
// library: Go 1.25 or newer (reads the CPU quota itself)
// group: storage
// with: go
// variable: GOMAXPROCS
// build: {bin:storage}/go build -o {program} {source}
package main

import (
	"fmt"
	"math"
	"os"
	"runtime"
	"strconv"
	"sync"
	"time"
)

func burn(seed int) float64 {
	x := float64(seed)
	for i := 0; i < 200000; i++ {
		x = math.Sin(x) + 1
	}
	return x
}

func step() {
	var group sync.WaitGroup
	for i := 0; i < 16; i++ {
		group.Add(1)
		go func(seed int) {
			defer group.Done()
			burn(seed)
		}(i)
	}
	group.Wait()
}

func main() {
	seconds, err := strconv.ParseFloat(os.Getenv("CONFORMANCE_SECONDS"), 64)
	if err != nil {
		seconds = 4
	}
	fmt.Println("@version", runtime.Version())
	step()
	fmt.Println("@work", os.Getpid())
	steps := 0
	for end := time.Now().Add(time.Duration(seconds * 1e9)); time.Now().Before(end); steps++ {
		step()
	}
	fmt.Println("@done", steps)
}
