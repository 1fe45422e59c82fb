using System.Text;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Backend;

namespace PipelineAspire.StatusStream.Tests.Polling.Backend;

/// <summary>An answer without a status names the setting that says where it is.</summary>
public sealed class BackendStatusReaderTests
{
    private readonly FakeLogger<BackendStatusReader> _logger = new();
    private readonly FakeLogger<BackendStatusMap> _mapLogger = new();

    [Fact]
    public void AnAnswerWithoutAStatusIsLoggedOnce()
    {
        var reader = Reader(new PipelineBackendOptions { StatusProperty = "state.phase" });
        foreach (var answer in new[] { "{}", """{"state":"Running"}""", """{"state":{"phase":null}}""" })
            Assert.Equal(PipelineStatus.Unknown, reader.Read(Encoding.UTF8.GetBytes(answer)));

        var message = Assert.Single(_logger.Collector.GetSnapshot()).Message;
        Assert.Contains("no value at 'state.phase'", message, StringComparison.Ordinal);
        Assert.Contains("set PipelineBackend:StatusProperty", message, StringComparison.Ordinal);
        Assert.Equal(0, _mapLogger.Collector.Count);
    }

    [Fact]
    public void AnItemWithoutAStatusNamesTheSettingOfItems()
    {
        var reader = Reader(new PipelineBackendOptions { Batch = new BatchOptions { StatusProperty = "phase" } });

        reader.ReadItem("""{"pipeline_id":"a","overall_status":"Running"}"""u8);

        var message = Assert.Single(_logger.Collector.GetSnapshot()).Message;
        Assert.Contains("set PipelineBackend:Batch:StatusProperty", message, StringComparison.Ordinal);
    }

    private BackendStatusReader Reader(PipelineBackendOptions options) =>
        new(Options.Create(options), new BackendStatusMap(Options.Create(options), _mapLogger), _logger);
}
