using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests;

/// <summary>A setting that makes no sense stops the start with a message that names it: CONTRACT section 5.</summary>
public class ConfigurationTests
{
    [Theory]
    [InlineData("PipelineBackend:BaseUrl", "")]
    [InlineData("PipelineBackend:BaseUrl", "backend")]
    [InlineData("PipelineBackend:BaseUrl", "ftp://backend")]
    [InlineData("PipelineBackend:BaseUrl", "http://backend/?a=b")]
    [InlineData("PipelineBackend:BaseUrl", "http://backend/#a")]
    [InlineData("PipelineBackend:HealthPath", "pipeline/{id}")]
    [InlineData("PipelineBackend:HealthPath", "/pipeline/health")]
    [InlineData("PipelineBackend:HealthPath", "/pipeline/{id}#x")]
    [InlineData("PipelineBackend:ListPath", "pipeline")]
    [InlineData("PipelineBackend:StatusProperty", " ")]
    [InlineData("PipelineBackend:StatusProperty", "")]
    [InlineData("PipelineBackend:StatusProperty", "status..phase")]
    [InlineData("PipelineBackend:StatusProperty", ".phase")]
    [InlineData("PipelineBackend:ListItemsProperty", "")]
    [InlineData("PipelineBackend:ListItemsProperty", "data.")]
    [InlineData("PipelineBackend:Actions:stop", "pipeline/{id}/stop")]
    [InlineData("PipelineBackend:Actions:stop", "/pipeline/stop")]
    [InlineData("PipelineBackend:Actions:stop", "")]
    [InlineData("PipelineBackend:Actions:Stop", "/pipeline/{id}/stop")]
    [InlineData("PipelineBackend:Actions:2nd", "/pipeline/{id}/stop")]
    [InlineData("PipelineBackend:Actions:a23456789012345678901234567890123", "/pipeline/{id}/stop")]
    [InlineData("PipelineBackend:Actions:health", "/pipeline/{id}/health")]
    [InlineData("PipelineBackend:Actions:status", "/pipeline/{id}/status")]
    [InlineData("PipelineBackend:Actions:notify", "/pipeline/{id}/notify")]
    [InlineData("PipelineBackend:Actions:stream", "/pipeline/{id}/stream")]
    [InlineData("PipelineBackend:MaxBodyBytes", "1023")]
    [InlineData("PipelineBackend:MaxBodyBytes", "16777217")]
    [InlineData("PipelineBackend:MaxBodyBytes", "64K")]
    [InlineData("PipelineBackend:Batch:Path", "")]
    [InlineData("PipelineBackend:Batch:Path", "pipeline")]
    [InlineData("PipelineBackend:Batch:Path", "/pipeline/{id}/health")]
    [InlineData("PipelineBackend:Batch:Path", "/pipeline#all")]
    [InlineData("PipelineBackend:Batch:MaxIds", "1")]
    [InlineData("PipelineBackend:Batch:MaxIds", "10001")]
    [InlineData("PipelineBackend:Batch:MaxIds", "all")]
    [InlineData("PipelineBackend:Batch:ItemsProperty", "data..items")]
    [InlineData("PipelineBackend:Batch:IdProperty", "")]
    [InlineData("PipelineBackend:Batch:IdProperty", "metadata. ")]
    [InlineData("PipelineBackend:Batch:StatusProperty", " ")]
    [InlineData("PipelineBackend:Fields:0", "")]
    [InlineData("PipelineBackend:Fields:0", "metrics..lag")]
    [InlineData("PipelineBackend:Fields:0", "say \"lag\"")]
    [InlineData("PipelineBackend:Fields:0", "back\\slash")]
    [InlineData("PipelineBackend:Fields:0", "two\nlines")]
    [InlineData("PipelineBackend:StatusMap:Sleeping", "asleep")]
    [InlineData("PipelineBackend:PipelineIds:0", "a/b")]
    [InlineData("PipelineBackend:Headers:X-Key", "line\nbreak")]
    [InlineData("PipelineBackend:Headers:Bad Name", "x")]
    [InlineData("PipelineBackend:Headers:Content-Type", "text/plain")]
    [InlineData("StatusStream:PollInterval", "00:00:00.009")]
    [InlineData("StatusStream:PollInterval", "01:00:00.001")]
    [InlineData("StatusStream:PollInterval", "2")]
    [InlineData("StatusStream:PollInterval", "often")]
    [InlineData("StatusStream:RequestTimeout", "00:00:00")]
    [InlineData("StatusStream:RequestTimeout", "-00:00:01")]
    [InlineData("StatusStream:RequestTimeout", "00:05:01")]
    [InlineData("StatusStream:HeartbeatInterval", "00:00:00")]
    [InlineData("StatusStream:HeartbeatInterval", "02:00:00")]
    [InlineData("StatusStream:MaxPipelinesPerStream", "0")]
    [InlineData("StatusStream:MaxPipelinesPerStream", "many")]
    [InlineData("StatusStream:MaxStreams", "0")]
    [InlineData("StatusStream:MaxStreams", "1000001")]
    [InlineData("StatusStream:MaxConcurrentReads", "0")]
    [InlineData("StatusStream:StableInterval", "00:00:00.049")]
    [InlineData("StatusStream:StableInterval", "01:00:00.001")]
    [InlineData("StatusStream:StableInterval", "seldom")]
    [InlineData("StatusStream:BackgroundInterval", "00:00:00.049")]
    [InlineData("StatusStream:BackgroundInterval", "01:00:00.001")]
    [InlineData("StatusStream:MaxReadsPerSecond", "0")]
    [InlineData("StatusStream:MaxReadsPerSecond", "1000001")]
    [InlineData("StatusStream:MaxReadsPerSecond", "few")]
    [InlineData("StatusStream:MaxWatchedPipelines", "0")]
    [InlineData("StatusStream:MaxWatchedPipelines", "1000001")]
    [InlineData("StatusStream:InstanceName", "a b")]
    [InlineData("StatusStream:InstanceName", "büro-pc")]
    [InlineData("StatusStream:InstanceName", "")]
    [InlineData("StatusStream:Compression", "gzip")]
    [InlineData("StatusStream:Compression", "3")]
    [InlineData("StatusStream:ErrorEventName", "an error")]
    [InlineData("StatusStream:ErrorEventName", "")]
    [InlineData("StatusStream:ErrorEventName", "batch_update")]
    [InlineData("StatusStream:ErrorEventName", "heartbeat")]
    [InlineData("StatusStream:ErrorEventName", "open")]
    [InlineData("StatusStream:NotifyKey", " ")]
    [InlineData("StatusStream:NotifyKey", "")]
    [InlineData("StatusStream:NotifyKey", "two words")]
    [InlineData("StatusStream:Limits:StreamsPerClient", "-1")]
    [InlineData("StatusStream:Limits:StreamsPerClient", "many")]
    [InlineData("StatusStream:Limits:OpensPerSecondPerClient", "10001")]
    [InlineData("StatusStream:Limits:ActionsPerSecondPerClient", "-1")]
    [InlineData("StatusStream:Limits:NewPipelinesPerMinutePerClient", "1000001")]
    [InlineData("ForwardedHeaders:KnownProxies:0", "proxy")]
    [InlineData("ForwardedHeaders:KnownProxies:0", "10.1")]
    [InlineData("ForwardedHeaders:KnownProxies:0", "10.0.0.0/8")]
    [InlineData("ForwardedHeaders:KnownProxies", "10.0.0.1")]
    [InlineData("ForwardedHeaders:KnownNetworks:0", "10.0.0.1")]
    [InlineData("ForwardedHeaders:KnownNetworks:0", "10.0.0.0/33")]
    [InlineData("ForwardedHeaders:KnownNetworks", "10.0.0.0/8")]
    [InlineData("Control:Enabled", "maybe")]
    public async Task ASettingThatMakesNoSenseStopsTheStartByName(string setting, string value)
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var app = await RunningApi.StartAsync((setting, value));
        });

        Assert.True(failure is OptionsValidationException or InvalidOperationException or AggregateException, failure.ToString());
        Assert.Contains(setting, failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheValueOfAHeaderIsNotInTheMessage()
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var app = await RunningApi.StartAsync(("PipelineBackend:Headers:X-Key", "s3cr3t\n"));
        });

        Assert.DoesNotContain("s3cr3t", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PipelineBackend:BaseUrl", "ftp://user:s3cr3t@backend", "ftp://***@backend")]
    [InlineData("PipelineBackend:BaseUrl", "http://user:s3c/r3t@backend/?key=s3cr3t@home", "http://***@backend/?***")]
    [InlineData("PipelineBackend:BaseUrl", "user:s3cr3t@backend", "***@backend")]
    [InlineData("StatusStream:Upstream", "ftp://hub/?key=s3cr3t", "ftp://hub/?***")]
    [InlineData("StatusStream:Upstream", "user:s3cr3t@hub", "***@hub")]
    public async Task AnAddressInARefusalShowsNoPassword(string setting, string value, string shown)
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var app = await RunningApi.StartAsync((setting, value));
        });

        Assert.Contains($"'{shown}'", failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("s3c", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://redis:6379", "http://")]
    [InlineData("redis://:s3cr3t@redis:99999/0", "port")]
    [InlineData("redis://:s3cr3t@redis/first", "database")]
    [InlineData("redis:6379,password=s3cr3t,ssl=perhaps", "ssl")]
    [InlineData("redis:6379,password=a,s3cr3t=b", "part 3")]
    [InlineData("redis:6379,password=s3cr3t,proxy=Twemproxy", "proxy")]
    [InlineData("redis:6379,password=s3cr3t,$SUBSCRIBE=", "$SUBSCRIBE")]
    [InlineData("  ", "names no server")]
    public void AConnectionStringThatCannotWorkStopsTheStartByNameAndWithoutThePassword(string value, string part)
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Api.Program.Build([$"--ConnectionStrings:redis={value}"]));

        Assert.Contains("ConnectionStrings:redis", failure.Message, StringComparison.Ordinal);
        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("StatusStream:PollInterval", "00:00:00.010")]
    [InlineData("StatusStream:PollInterval", "01:00:00")]
    [InlineData("StatusStream:PollInterval", "00:00:00.5")]
    [InlineData("PipelineBackend:BaseUrl", "https://backend:8443/api/v1/")]
    [InlineData("PipelineBackend:HealthPath", "/v1/{id}?verbose=1")]
    [InlineData("PipelineBackend:StatusProperty", "status.phase")]
    [InlineData("PipelineBackend:StatusProperty", "dag_runs.0.state")]
    [InlineData("PipelineBackend:MaxBodyBytes", "16777216")]
    [InlineData("PipelineBackend:Actions:a2345678901234567890123456789012", "/pipeline/{id}/stop?force=1")]
    [InlineData("StatusStream:Limits:ActionsPerSecondPerClient", "10000")]
    [InlineData("PipelineBackend:Batch:Path", "/pipeline/health?ids={ids}")]
    [InlineData("PipelineBackend:Batch:Path", "/pipeline")]
    [InlineData("PipelineBackend:Batch:MaxIds", "2")]
    [InlineData("PipelineBackend:Batch:MaxIds", "10000")]
    [InlineData("StatusStream:StableInterval", "00:00:00.050")]
    [InlineData("StatusStream:BackgroundInterval", "01:00:00")]
    [InlineData("StatusStream:MaxReadsPerSecond", "1")]
    [InlineData("StatusStream:MaxWatchedPipelines", "1000000")]
    [InlineData("StatusStream:MaxStreams", "1000000")]
    [InlineData("StatusStream:Compression", "Off")]
    [InlineData("StatusStream:Compression", "all")]
    [InlineData("StatusStream:Limits:StreamsPerClient", "1000000")]
    [InlineData("StatusStream:Limits:OpensPerSecondPerClient", "10000")]
    [InlineData("StatusStream:Limits:NewPipelinesPerMinutePerClient", "1000000")]
    [InlineData("ForwardedHeaders:KnownProxies:0", "fd00::1")]
    [InlineData("ForwardedHeaders:KnownNetworks:0", "fd00::/8")]
    public async Task TheEndsOfTheRangesAreFine(string setting, string value)
    {
        await using var api = await RunningApi.StartAsync((setting, value));
        using var response = await api.GetAsync("/alive");

        Assert.True(response.IsSuccessStatusCode);
    }
}
