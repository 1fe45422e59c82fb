using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using PipelineAspire.StatusStream.Access;
using PipelineAspire.StatusStream.Diagnostics;

namespace PipelineAspire.StatusStream.Tests.Access;

public sealed class RefusalsTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly FakeTimeProvider _clock = new();
    private readonly FakeLogger<Refusals> _logger = new();
    private readonly ClientKey _client = ClientKey.Of(IPAddress.Parse("192.0.2.7"));
    private readonly Refusals _refusals;

    public RefusalsTests() =>
        _refusals = new Refusals(new StatusStreamMetrics(_services.GetRequiredService<IMeterFactory>()), _clock, _logger);

    public void Dispose() => _services.Dispose();

    [Fact]
    public void TheFirstIsLoggedAtOnceWithSettingAndClientAndTheRestAreCountedForTheNextLine()
    {
        Refuse(Limit.StreamsPerClient, 1000);

        var line = Assert.Single(Lines());
        Assert.Contains("StatusStream:Limits:StreamsPerClient has refused 1 requests", line, StringComparison.Ordinal);
        Assert.Contains("192.0.2.7", line, StringComparison.Ordinal);

        _clock.Advance(Refusals.Quiet - TimeSpan.FromMilliseconds(1));
        Refuse(Limit.StreamsPerClient, 1);
        Assert.Single(Lines());

        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Refuse(Limit.StreamsPerClient, 3);
        Assert.Contains("has refused 1001 requests", Lines()[1], StringComparison.Ordinal);
        Assert.Equal(2, Lines().Count);
        Assert.All(_logger.Collector.GetSnapshot(), record => Assert.Equal(LogLevel.Warning, record.Level));
    }

    [Fact]
    public void OneLimitDoesNotSilenceAnother()
    {
        Refuse(Limit.StreamsPerClient, 5);
        Refuse(Limit.OpensPerSecondPerClient, 5);

        Assert.Equal(2, Lines().Count);
    }

    [Fact]
    public void EachIsCountedByItsLimit()
    {
        using var counted = new MetricCollector<long>(_services.GetRequiredService<IMeterFactory>(), StatusStreamMetrics.MeterName, "statusstream.refusals");
        Refuse(Limit.OpensPerSecondPerClient, 3);
        Refuse(Limit.MaxStreams, 2);

        var byLimit = counted.GetMeasurementSnapshot().CountBy(measurement => (string)measurement.Tags["limit"]!).ToDictionary();

        Assert.Equal(new Dictionary<string, int>(StringComparer.Ordinal) { ["OpensPerSecondPerClient"] = 3, ["MaxStreams"] = 2 }, byLimit);
    }

    private void Refuse(Limit limit, int times)
    {
        for (var i = 0; i < times; i++) _refusals.Note(limit, _client);
    }

    private List<string> Lines() => [.. _logger.Collector.GetSnapshot().Select(record => record.Message)];
}
