using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PipelineAspire.Benchmarks.Measuring;

/// <summary>How much CPU a process has used, user and system together, all its threads, those that ended included.</summary>
internal static partial class CpuClock
{
    private const int SchedulerClock = 2; // CPUCLOCK_SCHED of the kernel: exact, not by ticks of 10 ms

    /// <exception cref="BenchmarkException">There is no such process.</exception>
    public static TimeSpan Used(int pid)
    {
        if (!OperatingSystem.IsLinux()) return UsedElsewhere(pid);

        // The clock id that clock_getcpuclockid(3) gives.
        if (ReadClock((~pid << 3) | SchedulerClock, out var time) != 0) throw Gone(pid, new Win32Exception(Marshal.GetLastPInvokeError()));
        return TimeSpan.FromTicks((time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanoseconds / TimeSpan.NanosecondsPerTick));
    }

    private static TimeSpan UsedElsewhere(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return process.TotalProcessorTime;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            throw Gone(pid, e);
        }
    }

    private static BenchmarkException Gone(int pid, Exception why) => new($"The CPU clock of process {pid} cannot be read: {why.Message}", why);

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int ReadClock(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
