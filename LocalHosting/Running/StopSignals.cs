using System.Runtime.InteropServices;

namespace PipelineAspire.LocalHosting.Running;

/// <summary>
/// Ctrl+C, SIGTERM, SIGQUIT and a closed terminal (SIGHUP) ask to stop; a second Ctrl+C does not wait. The same Ctrl+C may
/// come twice, from the terminal and from <c>dotnet run</c>, so that one within half a second is the same.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private static readonly TimeSpan SameKeystroke = TimeSpan.FromMilliseconds(500);

    private readonly TimeProvider _clock;
    private readonly Action _now;
    private readonly CancellationTokenSource _asked = new();
    private readonly Lock _gate = new();
    private readonly PosixSignalRegistration[] _registrations;
    private long? _firstInterrupt;

    /// <param name="clock">Tells two keystrokes from one.</param>
    /// <param name="now">Called at the second Ctrl+C.</param>
    public StopSignals(TimeProvider clock, Action now)
    {
        (_clock, _now) = (clock, now);
        _registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT, PosixSignal.SIGHUP }
            .Select(signal => PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                Receive(context.Signal);
            }))];
    }

    public CancellationToken Asked => _asked.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _asked.Dispose();
    }

    internal void Receive(PosixSignal signal)
    {
        var again = false;
        lock (_gate)
        {
            if (signal == PosixSignal.SIGINT)
            {
                again = _firstInterrupt is { } first && _clock.GetElapsedTime(first) > SameKeystroke;
                _firstInterrupt ??= _clock.GetTimestamp();
            }
        }

        if (again) _now();
        else _asked.Cancel();
    }
}
