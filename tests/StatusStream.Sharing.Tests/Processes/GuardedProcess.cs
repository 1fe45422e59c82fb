using System.Diagnostics;
using System.Globalization;

namespace PipelineAspire.StatusStream.Sharing.Tests.Processes;

/// <summary>A server that does not watch its standard input; a shell does, and ends it with the tests, however they end.</summary>
internal sealed class GuardedProcess : IAsyncDisposable
{
    private const string Guard = """
        "$@" < /dev/null & echo "guarding $!"; cat > /dev/null; kill -KILL $! 2> /dev/null; wait
        """;

    private readonly ChildProcess _guard;

    private GuardedProcess(ChildProcess guard, int id)
    {
        _guard = guard;
        Id = id;
    }

    public int Id { get; }

    /// <summary>Starts it and waits until it has written <paramref name="ready"/>.</summary>
    public static async Task<GuardedProcess> StartAsync(string ready, string executable, params IEnumerable<string> arguments)
    {
        var guard = ChildProcess.Start(new ProcessStartInfo("sh", ["-c", Guard, "sh", executable, .. arguments]));
        var line = await guard.LineAsync("guarding ");
        var id = int.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture);
        await guard.LineAsync(ready);
        return new GuardedProcess(guard, id);
    }

    public async ValueTask DisposeAsync()
    {
        _guard.CloseInput();
        await _guard.ExitCodeAsync();
        await _guard.DisposeAsync();
    }
}
