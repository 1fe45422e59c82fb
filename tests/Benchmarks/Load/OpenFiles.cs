using System.Globalization;

namespace PipelineAspire.Benchmarks.Load;

/// <summary>How many sockets this process may have. The runtime raises the soft limit to the hard one by itself.</summary>
internal static class OpenFiles
{
    private const int ForTheRest = 256;
    private const string Limits = "/proc/self/limits";
    private const string Line = "Max open files";

    /// <exception cref="BenchmarkException">It may not have so many.</exception>
    public static void Demand(int streams)
    {
        if (!File.Exists(Limits)) return; // the system will say so itself
        var limit = File.ReadLines(Limits).First(line => line.StartsWith(Line, StringComparison.Ordinal));
        var soft = limit[Line.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        if (int.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most < streams + ForTheRest)
            throw new BenchmarkException(
                $"{streams} streams need {streams + ForTheRest} open files, but only {most} are allowed: raise the hard limit (ulimit -Hn).");
    }
}
