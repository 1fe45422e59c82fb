using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PipelineAspire.StatusStream.Connections;

/// <summary>The file descriptors of this process: each connection is one, and so is each assembly, pipe and file.</summary>
internal sealed partial class OpenFiles : IDisposable
{
    /// <summary>So few free descriptors are a shortage: nothing is accepted then, whatever the count of connections says.</summary>
    private const int Shortage = 16;

    private readonly SafeFileHandle? _sample;

    private OpenFiles(int? limit)
    {
        Limit = limit;
        if (limit is not null) _sample = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
    }

    /// <summary>The limit in force (the runtime has raised it to what it may be); null where there is none.</summary>
    public int? Limit { get; }

    /// <summary>How many are open now.</summary>
    public int InUse => Limit is null ? 0 : Directory.EnumerateFileSystemEntries(OperatingSystem.IsLinux() ? "/proc/self/fd" : "/dev/fd").Count();

    /// <summary>True when hardly any is free. The kernel gives the lowest free number, so that one number tells it, at the price of two calls.</summary>
    public bool AreShort
    {
        get
        {
            if (_sample is null) return false;
            var descriptor = Duplicate((int)_sample.DangerousGetHandle());
            if (descriptor < 0) return true;
            _ = Close(descriptor);
            return descriptor >= Limit - Shortage;
        }
    }

    /// <summary>Reads what is in force.</summary>
    public static OpenFiles OfThisProcess()
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS()) return new OpenFiles(null);
        const int LinuxNumber = 7;
        const int MacNumber = 8;
        return new OpenFiles(
            GetLimit(OperatingSystem.IsLinux() ? LinuxNumber : MacNumber, out var limit) == 0 && limit.Soft < int.MaxValue ? (int)limit.Soft : null);
    }

    public void Dispose() => _sample?.Dispose();

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int GetLimit(int resource, out ResourceLimit limit);

    [LibraryImport("libc", EntryPoint = "dup")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Duplicate(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Close(int descriptor);

    [StructLayout(LayoutKind.Sequential)]
    private struct ResourceLimit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
