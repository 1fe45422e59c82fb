using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PipelineAspire.ServiceDefaults.Memory;

/// <summary>
/// Gives memory back after a burst. Thousands of streams that open at once leave more garbage than they keep, and as nothing is
/// allocated afterwards the collector, which runs when something is, would let it lie (docs/adr/0026).
/// </summary>
internal sealed partial class MemoryTrimmer(IManagedMemory memory, TimeProvider timeProvider, ILogger<MemoryTrimmer> logger) : IHostedService, IDisposable
{
    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>What is allocated within <see cref="LookEvery"/> in a burst, in bytes: at the least.</summary>
    public const long Burst = 8 * 1024 * 1024;

    /// <summary>After a burst it is calm when so many looks in a row found only this part of the burst: longer than a poll interval, so that polls are none.</summary>
    public const int CalmLooks = 3;

    /// <inheritdoc cref="CalmLooks"/>
    public const int CalmPart = 8;

    /// <summary>Trimming takes at most one part in so many of all time.</summary>
    public const int MostOften = 100;

    private readonly long _origin = timeProvider.GetTimestamp();
    private ITimer? _looks;
    private long _allocated;
    private long _burst;
    private int _calm;
    private TimeSpan _notBefore;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _looks = timeProvider.CreateTimer(_ => LookAndGoOn(), null, LookEvery, Timeout.InfiniteTimeSpan);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _looks?.Dispose();

    /// <summary>Looks at what was allocated since the last look, and trims when that was a burst and it is over.</summary>
    internal void Look()
    {
        var allocated = memory.Allocated;
        var part = allocated - _allocated;
        _allocated = allocated;
        if (part >= Burst) _burst = Math.Max(_burst, part);
        _calm = part <= _burst / CalmPart ? _calm + 1 : 0;
        if (_burst == 0 || _calm < CalmLooks) return;

        var began = timeProvider.GetElapsedTime(_origin);
        if (began < _notBefore) return;
        memory.Trim();
        var ended = timeProvider.GetElapsedTime(_origin);
        LogTrimmed(_burst >> 20, (long)(ended - began).TotalMilliseconds);
        _notBefore = ended + ((ended - began) * MostOften);
        (_burst, _calm) = (0, 0);
    }

    /// <summary>The next look begins when this one is over: trimming may take longer than the time between two.</summary>
    private void LookAndGoOn()
    {
        Look();
        _looks?.Change(LookEvery, Timeout.InfiniteTimeSpan);
    }

    [LoggerMessage(1, LogLevel.Information, "Memory was given back after a burst that allocated {Megabytes} MB a second: everything stood still for {Milliseconds} ms")]
    private partial void LogTrimmed(long megabytes, long milliseconds);
}
