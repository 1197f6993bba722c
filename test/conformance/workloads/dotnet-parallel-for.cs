// preset: dotnet
// library: .NET (Parallel.For without MaxDegreeOfParallelism)
// group: dotnet
// with: dotnet
// variable: DOTNET_PROCESSOR_COUNT
// expect: no-control
// build: mcs -target:library -r:System.Core.dll -out:{program} {source} test/conformance/support/steady.cs
// run: env DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_STARTUP_HOOKS={program} {bin:dotnet}/azmcp
// note: it takes what the thread pool gives, which adds threads while all are busy
using System;
using System.Threading.Tasks;

static class Workload
{
    public const string Variant = ", Parallel.For";

    static readonly ParallelOptions Options = new ParallelOptions
    {
        MaxDegreeOfParallelism = int.Parse(Environment.GetEnvironmentVariable("CONFORMANCE_CURE") ?? "-1"),
    };

    static void Burn(int seed)
    {
        double x = seed;
        for (int i = 0; i < 200_000; i++) x = Math.Sin(x) + 1;
        if (x == 0.5) throw new ArithmeticException();
    }

    public static void Step() => Parallel.For(0, 32, Options, Burn);
}
