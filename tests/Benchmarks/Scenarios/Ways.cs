using PipelineAspire.Benchmarks.CommandLine;

namespace PipelineAspire.Benchmarks.Scenarios;

/// <summary>The ways of a run, and what they are called in results.</summary>
internal static class Ways
{
    /// <summary>A server that runs already has the one way that its address is.</summary>
    public static IReadOnlyList<Via> Of(BenchmarkOptions options) => options.Url is null ? options.Ways : [Via.Api];

    public static string Name(BenchmarkOptions options, Via via) =>
        options.Url is not null ? "at the URL" : via switch
        {
            Via.Web => "through Web",
            Via.Relays => "through two relays",
            _ => options.IsSignedIn ? "straight, people" : "straight",
        };
}
