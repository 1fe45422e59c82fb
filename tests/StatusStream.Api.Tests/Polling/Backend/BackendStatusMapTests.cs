using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Backend;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Polling.Backend;

public class BackendStatusMapTests
{
    private readonly FakeLogger<BackendStatusMap> _logger = new();

    [Fact]
    public void EveryValueOfTheGoldenFileIsTranslatedIgnoringCaseAndBlanks()
    {
        var map = Map();

        Assert.NotEmpty(GoldenFile.BackendStatuses);
        foreach (var (backend, status) in GoldenFile.BackendStatuses)
        {
            Assert.Equal(status, map.Translate(backend).Name());
            Assert.Equal(status, map.Translate($" {backend.ToUpperInvariant()} ").Name());
        }

        Assert.Equal(0, _logger.Collector.Count);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("Sleeping")]
    [InlineData("activ")]
    [InlineData("active!")]
    public void AnythingElseIsUnknownAndNeverGuessed(string? value) => Assert.Equal(PipelineStatus.Unknown, Map().Translate(value));

    [Fact]
    public void AnUnknownValueIsLoggedOncePerValue()
    {
        var map = Map();
        foreach (var value in new[] { "Sleeping", "sleeping", " SLEEPING", "Dreaming", "Sleeping" }) map.Translate(value);

        Assert.Equal(2, _logger.Collector.Count);
        Assert.Contains("'Sleeping'", _logger.Collector.GetSnapshot()[0].Message, StringComparison.Ordinal);
        Assert.Contains("'Dreaming'", _logger.Collector.GetSnapshot()[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ABackendThatSaysSomethingNewEveryTimeDoesNotFloodTheLog()
    {
        var map = Map();
        for (var i = 0; i < 5000; i++) map.Translate($"value {i}");

        Assert.InRange(_logger.Collector.Count, 1, 1000);
    }

    [Fact]
    public void AValueAsLongAsABodyIsNotLoggedInFull()
    {
        Map().Translate(new string('x', 60_000));

        Assert.InRange(_logger.Collector.LatestRecord.Message.Length, 1, 400);
    }

    [Fact]
    public void TheSettingAddsToTheTableAndMayChangeIt()
    {
        var map = Map(("Sleeping", "paused"), ("RUNNING", "Starting"));

        Assert.Equal(PipelineStatus.Paused, map.Translate("sleeping"));
        Assert.Equal(PipelineStatus.Starting, map.Translate("running"));
        Assert.Equal(PipelineStatus.Active, map.Translate("active"));
    }

    private BackendStatusMap Map(params (string Value, string Status)[] more)
    {
        var options = new PipelineBackendOptions();
        foreach (var (value, status) in more) options.StatusMap.Add(value, status);
        return new BackendStatusMap(Options.Create(options), _logger);
    }
}
