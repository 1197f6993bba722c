// THREADS threads, each busy for ON ms of each PERIOD ms, with garbage: java Busy.java is compiled first.
// Usage: Busy SECONDS THREADS ON_MS PERIOD_MS
import java.lang.management.ManagementFactory;

class Busy {
    static volatile Object garbage;

    public static void main(String[] words) throws Exception {
        long end = System.nanoTime() + (long) (Double.parseDouble(words[0]) * 1e9);
        int count = Integer.parseInt(words[1]);
        long on = Long.parseLong(words[2]) * 1_000_000, period = Long.parseLong(words[3]) * 1_000_000;
        var clock = ManagementFactory.getThreadMXBean();
        Thread[] threads = new Thread[count];
        for (int i = 0; i < count; i++) {
            long first = System.nanoTime() + i * period / count;
            threads[i] = new Thread(() -> {
                for (long at = first; at < end; at += period) {
                    while (System.nanoTime() < at) sleep(at - System.nanoTime());
                    long stop = clock.getCurrentThreadCpuTime() + on;
                    while (clock.getCurrentThreadCpuTime() < stop && System.nanoTime() < end)
                        for (int k = 0; k < 20; k++) garbage = new byte[256];
                }
            });
            threads[i].start();
        }
        for (Thread thread : threads) thread.join();
    }

    static void sleep(long nanoseconds) {
        try { Thread.sleep(Math.max(0, nanoseconds / 1_000_000), (int) Math.max(0, nanoseconds % 1_000_000)); } catch (InterruptedException e) { throw new RuntimeException(e); }
    }
}
