using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PipelineAspire.ServiceDefaults;

/// <summary>
/// Ties this process to the one that started it: when standard input ends, because the parent closed it or is gone
/// (SIGKILL included), <see cref="Ended"/> is cancelled, and <see cref="HardExitAfter"/> later the process is killed, however
/// far it got. Only for children of LocalHosting, which sets <see cref="Variable"/>. LocalRedis shares this file.
/// </summary>
internal sealed class StandardInputLifetime : IDisposable
{
    /// <summary>Set to <c>1</c> by LocalHosting.</summary>
    public const string Variable = "LOCALHOSTING_STDIN_LIFETIME";

    /// <summary>How long a stop may take once standard input has ended: 3.5 s, so that all is gone within 5 s.</summary>
    public static readonly TimeSpan HardExitAfter = TimeSpan.FromSeconds(3.5);

    private static readonly Lazy<StandardInputLifetime> Shared = new(() => new StandardInputLifetime());

    private readonly CancellationTokenSource _ended = new();
    private readonly PosixSignalRegistration[] _ignored;

    private StandardInputLifetime()
    {
        // The terminal sends these to every process of the group; the parent decides in which order to stop.
        _ignored = [Ignore(PosixSignal.SIGINT), Ignore(PosixSignal.SIGQUIT), Ignore(PosixSignal.SIGHUP)];

        // A thread of its own: neither a starved thread pool nor a blocked main thread may delay the end.
        new Thread(WaitForTheEnd) { IsBackground = true, Name = nameof(StandardInputLifetime) }.Start();
    }

    /// <summary>Whether the parent asked for it.</summary>
    public static bool IsRequested => Environment.GetEnvironmentVariable(Variable) == "1";

    /// <summary>Cancelled when standard input has ended.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Starts watching, once for the process; later calls return the same instance.</summary>
    public static StandardInputLifetime Watch() => Shared.Value;

    public void Dispose()
    {
        foreach (var signal in _ignored) signal.Dispose();
        _ended.Dispose();
    }

    private static PosixSignalRegistration Ignore(PosixSignal signal) =>
        PosixSignalRegistration.Create(signal, context => context.Cancel = true);

    private void WaitForTheEnd()
    {
        try
        {
            using var input = Console.OpenStandardInput();
            Span<byte> buffer = stackalloc byte[256];
            while (input.Read(buffer) > 0)
            {
                // Nothing is said on standard input; only its end counts.
            }
        }
        catch (IOException)
        {
            // A broken standard input has ended too.
        }

        ThreadPool.QueueUserWorkItem(static self => self._ended.Cancel(), this, preferLocal: false);
        using var never = new ManualResetEvent(initialState: false);
        never.WaitOne(HardExitAfter);
        using var self = Process.GetCurrentProcess();
        self.Kill();
    }
}
