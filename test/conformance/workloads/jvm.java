// preset: jvm
// library: JVM parallel streams
// group: debian
// with: jvm
// variable: JDK_JAVA_OPTIONS
// build: javac -d {program} {source}
// run: java -cp {program} Workload
import java.util.stream.IntStream;

class Workload {
    static double burn(int seed) {
        double x = seed;
        for (int i = 0; i < 200_000; i++) x = Math.sin(x) + 1;
        return x;
    }

    static double step() {
        return IntStream.range(0, 32).parallel().mapToDouble(Workload::burn).sum();
    }

    public static void main(String[] arguments) {
        String text = System.getenv("CONFORMANCE_SECONDS");
        double seconds = text == null ? 4 : Double.parseDouble(text);
        System.out.println("@version OpenJDK " + Runtime.version());
        // The compiler threads are busy at first; the streams are what is measured.
        for (int i = 0; i < 20; i++) step();
        System.out.println("@work " + ProcessHandle.current().pid());
        int steps = 0;
        for (long end = System.nanoTime() + (long) (seconds * 1e9); System.nanoTime() < end; steps++) step();
        System.out.println("@done " + steps);
    }
}
