// A pool runs tasks at rates of their own. Usage: Rates SECONDS THREADS ON_MS/PERIOD_MS...
import java.lang.management.ManagementFactory;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

class Rates {
    public static void main(String[] words) throws Exception {
        long end = System.nanoTime() + (long) (Double.parseDouble(words[0]) * 1e9);
        var pool = Executors.newScheduledThreadPool(Integer.parseInt(words[1]));
        var clock = ManagementFactory.getThreadMXBean();
        for (int i = 2; i < words.length; i++) {
            String[] parts = words[i].split("/");
            long on = Long.parseLong(parts[0]) * 1_000_000, period = Long.parseLong(parts[1]);
            pool.scheduleAtFixedRate(() -> {
                long stop = clock.getCurrentThreadCpuTime() + on, x = 0;
                while (clock.getCurrentThreadCpuTime() < stop && System.nanoTime() < end)
                    for (int k = 0; k < 2000; k++) x = x * 31 + k;
                if (x == 1) System.out.println(x);
            }, period * (i - 2) / (words.length - 2), period, TimeUnit.MILLISECONDS);
        }
        Thread.sleep(Math.max(0, (end - System.nanoTime()) / 1_000_000));
        pool.shutdownNow();
    }
}
