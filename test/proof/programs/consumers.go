// Consumers take messages from a channel that a ticker fills; each message takes ON ms.
// Usage: consumers SECONDS CONSUMERS ON_MS EVERY_MS PROCS
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
	count, on, every := int(number(2)), number(3), time.Duration(number(4)*1e6)
	runtime.GOMAXPROCS(int(number(5)))
	messages := make(chan int, 1000)
	var group sync.WaitGroup
	for i := 0; i < count; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			for range messages {
				burn(on/1e3, end)
			}
		}()
	}
	k := 0
	for ticker := time.NewTicker(every); time.Now().Before(end); k++ {
		<-ticker.C
		select {
		case messages <- k:
		default: // Full: the message is lost.
		}
	}
	close(messages)
	group.Wait()
}
