// Repeats Workload.Step() between the marks that the suite measures; the twin of steady.py for .NET.
// A startup hook, because no registry has a .NET SDK: it runs inside any program that carries a runtime, and ends it.
using System;
using System.Diagnostics;

internal class StartupHook
{
    public static void Initialize()
    {
        string text = Environment.GetEnvironmentVariable("CONFORMANCE_SECONDS");
        double seconds = text == null ? 4 : double.Parse(text);
        Console.WriteLine($"@version .NET {Environment.Version}{Workload.Variant}");
        for (int i = 0; i < 5; i++) Workload.Step();
        Console.WriteLine($"@work {Process.GetCurrentProcess().Id}");
        int steps = 0;
        for (var watch = Stopwatch.StartNew(); watch.Elapsed.TotalSeconds < seconds; steps++) Workload.Step();
        Console.WriteLine($"@done {steps}");
        Environment.Exit(0);
    }
}
