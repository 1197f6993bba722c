// N goroutines busy for ON ms of each PERIOD ms, on at most PROCS threads of the scheduler (0: as it comes).
// Usage: busy SECONDS N ON_MS PERIOD_MS PROCS
package main

import (
	"os"
	"runtime"
	"strconv"
	"sync"
	"time"
)

func number(i int) float64 {
	value, err := strconv.ParseFloat(os.Args[i], 64)
	if err != nil {
		panic(err)
	}
	return value
}

func main() {
	end := time.Now().Add(time.Duration(number(1) * 1e9))
	count, on, period := int(number(2)), number(3), time.Duration(number(4)*1e6)
	if procs := int(number(5)); procs > 0 {
		runtime.GOMAXPROCS(procs)
	}
	var group sync.WaitGroup
	for i := 0; i < count; i++ {
		group.Add(1)
		go func(first time.Time) {
			defer group.Done()
			for at := first; at.Before(end); at = at.Add(period) {
				time.Sleep(time.Until(at))
				burn(on/1e3, end)
			}
		}(time.Now().Add(time.Duration(i) * period / time.Duration(count)))
	}
	group.Wait()
}
