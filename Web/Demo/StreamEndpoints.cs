using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;

namespace PipelineAspire.Web.Demo;

/// <summary>Buttons that do something to streams, at Web's own hub or at the gate before it.</summary>
internal static class StreamEndpoints
{
    private const int LongestSeconds = 120;

    public static async Task<IResult> CutAsync(OwnStreams streams, CancellationToken cancellationToken) =>
        Affected(await streams.AffectAsync("cut", cancellationToken));

    public static async Task<IResult> HangAsync(HttpRequest request, OwnStreams streams, CancellationToken cancellationToken) =>
        TrySeconds(request, out var seconds)
            ? Affected(await streams.AffectAsync(string.Create(CultureInfo.InvariantCulture, $"hang?seconds={seconds}"), cancellationToken))
            : NoSuchTime();

    public static IResult Swallow(HttpRequest request, StreamGate gate)
    {
        if (!TrySeconds(request, out var seconds)) return NoSuchTime();
        gate.Swallow(TimeSpan.FromSeconds(seconds));
        return TypedResults.NoContent();
    }

    public static IResult Refuse(HttpRequest request, StreamGate gate)
    {
        if (!TrySeconds(request, out var seconds)) return NoSuchTime();
        gate.Refuse(TimeSpan.FromSeconds(seconds));
        return TypedResults.NoContent();
    }

    public static IResult Allow(StreamGate gate)
    {
        gate.Open();
        return TypedResults.NoContent();
    }

    private static bool TrySeconds(HttpRequest request, out int seconds) =>
        int.TryParse(request.Query["seconds"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out seconds)
            && seconds is >= 1 and <= LongestSeconds;

    private static Ok<AffectedStreams> Affected(int streams) => TypedResults.Ok(new AffectedStreams(streams));

    private static ProblemHttpResult NoSuchTime() =>
        TypedResults.Problem($"seconds must be a whole number from 1 to {LongestSeconds}.", statusCode: StatusCodes.Status400BadRequest);
}

/// <summary>How many streams a button struck.</summary>
internal sealed record AffectedStreams(int Streams);
