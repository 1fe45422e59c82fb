using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using PipelineAspire.StatusStream.Http;
using PipelineAspire.StatusStream.Polling;
using PipelineAspire.StatusStream.Streaming;
using PipelineAspire.StatusStream.Threading;

namespace PipelineAspire.StatusStream.Control;

/// <summary>Failures on demand.</summary>
internal static class ReplicaFailures
{
    private const int LongestSeconds = 120;
    private const int DefaultSeconds = 10;

    /// <summary>Stops the process $0 once its answer is out, and lets it go on after $1 seconds, or earlier if it has been ended.</summary>
    private const string PauseScript = """
        sleep 0.2; kill -s STOP "$0" || exit
        left="$1"; while [ "$left" -gt 0 ] && kill -s 0 "$0"; do sleep 1; left=$((left - 1)); done
        kill -s CONT "$0"
        """;

    /// <summary>As sudden as it gets: nothing is handed over, nobody is told.</summary>
    public static void Crash(HttpContext _) => Process.GetCurrentProcess().Kill();

    /// <summary>Breaks the connection of every open stream.</summary>
    public static IResult CutStreams(StreamRegistry streams) => Answer(streams.AbortAll());

    /// <summary>Streams stay open and say nothing for <c>seconds</c>.</summary>
    public static IResult HangStreams(HttpRequest request, StreamRegistry streams, [FromKeyedServices(InjectedHang.OfStreams)] InjectedHang hang)
    {
        if (!TrySeconds(request, out var seconds)) return NoSuchTime();
        hang.Begin(TimeSpan.FromSeconds(seconds));
        return Answer(streams.Count);
    }

    /// <summary>The poll loop stands still for <c>seconds</c>, wherever it is; all else goes on. Where it does not run it will not, if it is to.</summary>
    public static IResult HangPolling(HttpRequest request, [FromKeyedServices(InjectedHang.OfPolling)] InjectedHang hang, PollingState polling)
    {
        if (!TrySeconds(request, out var seconds)) return NoSuchTime();
        hang.Begin(TimeSpan.FromSeconds(seconds));
        return TypedResults.Json(new HungPolling(polling.IsPolling, seconds), ReplicaJson.Default.HungPolling);
    }

    /// <summary>The whole process stands still for <c>seconds</c>, as under a debugger; a process of its own stops and continues it.</summary>
    public static IResult Pause(HttpRequest request)
    {
        if (!TrySeconds(request, out var seconds)) return NoSuchTime();
        if (OperatingSystem.IsWindows())
        {
            return TypedResults.Problem("Processes cannot be paused by a signal here.", statusCode: StatusCodes.Status501NotImplemented);
        }

        var self = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        using var pausing = Process.Start("sh", ["-c", PauseScript, self, seconds.ToString(CultureInfo.InvariantCulture)]);
        return TypedResults.Json(new PausedProcess(Environment.ProcessId, seconds), ReplicaJson.Default.PausedProcess);
    }

    private static bool TrySeconds(HttpRequest request, out int seconds)
    {
        var text = request.Query["seconds"].ToString();
        seconds = DefaultSeconds;
        return text.Length == 0 || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seconds) && seconds is >= 1 and <= LongestSeconds);
    }

    private static IResult NoSuchTime() => Problems.BadRequest($"seconds must be a whole number from 1 to {LongestSeconds}.");

    private static JsonHttpResult<AffectedStreams> Answer(int streams) => TypedResults.Json(new AffectedStreams(streams), ReplicaJson.Default.AffectedStreams);
}
