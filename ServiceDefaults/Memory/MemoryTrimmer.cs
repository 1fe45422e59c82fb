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

    /// <summary>A burst allocates at least this within <see cref="LookEvery"/>, in bytes.</summary>
    public const long Burst = 8 * 1024 * 1024;

    /// <summary>A burst is over when so many looks in a row found it calm: more than fit into the default poll interval, so that its polls are no bursts.</summary>
    public const int CalmLooks = 3;

    /// <summary>It is calm when no more than the burst divided by this was allocated.</summary>
    public const int CalmDivisor = 8;

    /// <summary>After a trim there is none for so many times as long as it took: one percent of all time at the most.</summary>
    public const int RestFactor = 100;

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
        var sinceLastLook = allocated - _allocated;
        _allocated = allocated;
        if (sinceLastLook >= Burst) _burst = Math.Max(_burst, sinceLastLook);
        _calm = sinceLastLook <= _burst / CalmDivisor ? _calm + 1 : 0;
        if (_burst == 0 || _calm < CalmLooks) return;

        var began = timeProvider.GetElapsedTime(_origin);
        if (began < _notBefore) return;
        memory.Trim();
        var ended = timeProvider.GetElapsedTime(_origin);
        LogTrimmed(_burst >> 20, (long)(ended - began).TotalMilliseconds);
        _notBefore = ended + ((ended - began) * RestFactor);
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
