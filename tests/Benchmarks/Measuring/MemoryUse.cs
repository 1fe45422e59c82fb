using System.Diagnostics;
using System.Globalization;

namespace PipelineAspire.Benchmarks.Measuring;

/// <summary>How much memory a process holds.</summary>
internal static class MemoryUse
{
    private const string Pss = "Pss:";

    /// <summary>Its proportional set size in bytes: what is shared with others counts in part. Elsewhere than on Linux its resident set.</summary>
    /// <exception cref="BenchmarkException">There is no such process, or it may not be looked at.</exception>
    public static long Bytes(int pid)
    {
        try
        {
            if (!OperatingSystem.IsLinux())
            {
                using var process = Process.GetProcessById(pid);
                return process.WorkingSet64;
            }

            var line = File.ReadLines($"/proc/{pid}/smaps_rollup").First(line => line.StartsWith(Pss, StringComparison.Ordinal));
            return 1024 * long.Parse(line[Pss.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
        {
            throw new BenchmarkException($"The memory of process {pid} cannot be read: {e.Message}", e);
        }
    }
}
