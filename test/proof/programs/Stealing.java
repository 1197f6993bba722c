// A tree of tasks on a pool that steals work, again and again. Usage: Stealing SECONDS PARALLELISM
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RecursiveTask;

class Stealing {
    static final int LEAVES = 1 << 9;

    public static void main(String[] words) {
        long end = System.nanoTime() + (long) (Double.parseDouble(words[0]) * 1e9);
        ForkJoinPool pool = new ForkJoinPool(Integer.parseInt(words[1]));
        long sum = 0;
        while (System.nanoTime() < end) sum += pool.invoke(new Tree(0, LEAVES, end));
        if (sum == 1) System.out.println(sum);
    }

    static class Tree extends RecursiveTask<Long> {
        final int from, to;
        final long end;

        Tree(int from, int to, long end) {
            this.from = from;
            this.to = to;
            this.end = end;
        }

        @Override
        protected Long compute() {
            if (to - from == 1) return leaf();
            Tree left = new Tree(from, (from + to) / 2, end), right = new Tree((from + to) / 2, to, end);
            left.fork();
            return right.compute() + left.join();
        }

        long leaf() {
            long x = from;
            if (System.nanoTime() < end) for (int i = 0; i < 400_000 * (1 + from % 3); i++) x = x * 31 + i;
            return x;
        }
    }
}
