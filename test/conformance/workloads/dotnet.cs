// preset: dotnet
// library: .NET (PLINQ)
// group: dotnet
// with: dotnet
// variable: DOTNET_PROCESSOR_COUNT
// build: mcs -target:library -r:System.Core.dll -out:{program} {source} test/conformance/support/steady.cs
// run: env DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_STARTUP_HOOKS={program} {bin:dotnet}/azmcp
// note: .NET 3.1.23 (PyPI dotnetcore2) does not know the variable: 3.33 unset, 3.27 at 1
using System;
using System.Linq;

static class Workload
{
    public const string Variant = "";

    static double Burn(int seed)
    {
        double x = seed;
        for (int i = 0; i < 200_000; i++) x = Math.Sin(x) + 1;
        return x;
    }

    public static void Step() => Enumerable.Range(0, 32).AsParallel().Sum(Burn);
}
