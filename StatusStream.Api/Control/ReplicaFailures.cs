using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using PipelineAspire.StatusStream.Http;
using PipelineAspire.StatusStream.Streaming;

namespace PipelineAspire.StatusStream.Control;

/// <summary>Failures on demand.</summary>
internal static class ReplicaFailures
{
    private const int LongestHang = 120;
    private const int DefaultHang = 10;

    /// <summary>As sudden as it gets: nothing is handed over, nobody is told.</summary>
    public static void Crash(HttpContext _) => Process.GetCurrentProcess().Kill();

    /// <summary>Breaks the connection of every open stream.</summary>
    public static IResult CutStreams(StreamRegistry streams) => Answer(streams.Cut());

    /// <summary>Streams stay open and say nothing for <c>seconds</c>.</summary>
    public static IResult HangStreams(HttpRequest request, StreamRegistry streams, StreamSilence silence)
    {
        var text = request.Query["seconds"].ToString();
        var seconds = DefaultHang;
        if (text.Length > 0 && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seconds) && seconds is >= 1 and <= LongestHang))
            return Problems.BadRequest($"seconds must be a whole number from 1 to {LongestHang}.");
        silence.Begin(TimeSpan.FromSeconds(seconds));
        return Answer(streams.Count);
    }

    private static JsonHttpResult<AffectedStreams> Answer(int streams) => TypedResults.Json(new AffectedStreams(streams), ReplicaJson.Default.AffectedStreams);
}
