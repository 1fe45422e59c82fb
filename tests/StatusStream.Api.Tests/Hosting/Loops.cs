using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PipelineAspire.StatusStream.Diagnostics;

namespace PipelineAspire.StatusStream.Tests.Hosting;

/// <summary>The loops in the background on a test's clock.</summary>
internal static class Loops
{
    public static BackgroundLoops On(TimeProvider clock, ILogger<BackgroundLoops>? logger = null) =>
        new(new StatusStreamMetrics(new NoMeters()), clock, logger ?? NullLogger<BackgroundLoops>.Instance);

    private sealed class NoMeters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}
