using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace PipelineAspire.StatusStream.Client.Tests.Aspire;

/// <summary>The client as Aspire's integrations are: found by name, with health, traces and metrics, each of which can be left out.</summary>
public sealed class AspireClientTests
{
    private const string Name = "statusstream";
    private const string Section = "Aspire:StatusStream:Client";

    [Fact]
    public async Task TheHubIsFoundByServiceDiscovery()
    {
        await using var hub = await SmallHub.StartAsync();
        using var host = Host(builder => builder.AddStatusStreamClient(Name), ($"services:{Name}:http:0", hub.Url));

        Assert.Equal("active", await FirstStatusAsync(host.Services.GetRequiredService<StatusStreamClient>()));
    }

    [Fact]
    public async Task AConnectionStringIsTheHubsAddress()
    {
        await using var hub = await SmallHub.StartAsync();
        using var host = Host(
            builder => builder.AddStatusStreamClient(Name), ($"ConnectionStrings:{Name}", hub.Url), ($"{Section}:Endpoint", "http://127.0.0.1:9"));

        Assert.Equal("active", await FirstStatusAsync(host.Services.GetRequiredService<StatusStreamClient>()));
    }

    [Fact]
    public async Task KeyedClientsHaveTheirOwnHubs()
    {
        await using var one = await SmallHub.StartAsync("paused");
        await using var other = await SmallHub.StartAsync("stopped");
        using var host = Host(
            builder =>
            {
                builder.AddKeyedStatusStreamClient("one");
                builder.AddKeyedStatusStreamClient("other");
            },
            ("ConnectionStrings:one", one.Url),
            ($"{Section}:other:Endpoint", other.Url));

        Assert.Equal("paused", await FirstStatusAsync(host.Services.GetRequiredKeyedService<StatusStreamClient>("one")));
        Assert.Equal("stopped", await FirstStatusAsync(host.Services.GetRequiredKeyedService<StatusStreamClient>("other")));
        Assert.Null(host.Services.GetService<StatusStreamClient>());
    }

    [Fact]
    public async Task HandlersThatOtherClientsHaveStayAwayFromStreams()
    {
        await using var hub = await SmallHub.StartAsync();
        var passed = 0;
        using var host = Host(
            builder =>
            {
                builder.Services.ConfigureHttpClientDefaults(http => http.AddHttpMessageHandler(() => new CountingHandler(() => passed++)));
                builder.AddStatusStreamClient(Name);
            },
            ($"ConnectionStrings:{Name}", hub.Url));

        await FirstStatusAsync(host.Services.GetRequiredService<StatusStreamClient>());

        Assert.Equal(0, passed);
    }

    [Theory]
    [InlineData(null, HealthStatus.Healthy)]
    [InlineData(401, HealthStatus.Healthy)]
    [InlineData(404, HealthStatus.Unhealthy)]
    [InlineData(503, HealthStatus.Unhealthy)]
    public async Task HealthTellsWhetherAHubAnswers(int? answer, HealthStatus expected)
    {
        await using var hub = await SmallHub.StartAsync();
        hub.Answer = answer;
        using var host = Host(builder => builder.AddStatusStreamClient(Name), ($"ConnectionStrings:{Name}", hub.Url));

        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

        Assert.Equal(("StatusStream.Client", expected), (Assert.Single(report.Entries).Key, report.Status));
    }

    [Fact]
    public async Task HealthTellsThatNobodyIsThere()
    {
        using var host = Host(builder => builder.AddKeyedStatusStreamClient(Name), ($"ConnectionStrings:{Name}", "http://127.0.0.1:9"));

        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

        Assert.Equal(("StatusStream.Client_statusstream", HealthStatus.Unhealthy), (Assert.Single(report.Entries).Key, report.Status));
    }

    [Fact]
    public void WhatIsSwitchedOffIsNotThere()
    {
        using var off = Host(
            builder => builder.AddStatusStreamClient(Name, settings => settings.DisableMetrics = true),
            ($"{Section}:DisableHealthChecks", "true"),
            ($"{Section}:{Name}:DisableTracing", "true"));
        using var on = Host(builder => builder.AddStatusStreamClient(Name));

        Assert.Equal((false, false, false), Collected(off));
        Assert.Equal((true, true, true), Collected(on));
    }

    [Fact]
    public void OptionsAreReadFromTheSettings()
    {
        StatusStreamClientOptions? options = null;
        using var host = Host(
            builder => builder.AddStatusStreamClient(Name, settings => options = settings.Options),
            ($"{Section}:Options:ReconnectDelay", "00:00:02"),
            ($"{Section}:{Name}:Options:Fields", "true"));

        Assert.Equal(new StatusStreamClientOptions { ReconnectDelay = TimeSpan.FromSeconds(2), Fields = true }, options);
    }

    [Theory]
    [InlineData("statusstream:5080")]
    [InlineData("ftp://statusstream")]
    public void AConnectionStringThatIsNoAddressIsNamed(string connectionString)
    {
        var refusal = Assert.Throws<InvalidOperationException>(
            () => Host(builder => builder.AddStatusStreamClient(Name), ($"ConnectionStrings:{Name}", connectionString)));

        Assert.Contains("ConnectionStrings:statusstream", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EventsAreCountedAndConnectionsTraced()
    {
        await using var hub = await SmallHub.StartAsync();
        var (counted, traced) = (0L, 0);
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument is { Meter.Name: StatusStreamClient.TelemetryName, Name: "statusstream.client.events" }) self.EnableMeasurementEvents(instrument);
            },
        };
        meters.SetMeasurementEventCallback<long>((_, events, _, _) => Interlocked.Add(ref counted, events));
        meters.Start();
        using var traces = new ActivityListener
        {
            ShouldListenTo = source => source.Name == StatusStreamClient.TelemetryName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = _ => Interlocked.Increment(ref traced),
        };
        ActivitySource.AddActivityListener(traces);
        using var host = Host(builder => builder.AddStatusStreamClient(Name), ($"ConnectionStrings:{Name}", hub.Url));

        await FirstStatusAsync(host.Services.GetRequiredService<StatusStreamClient>());

        Assert.True(Interlocked.Read(ref counted) >= 1); // other tests may run beside this one
        Assert.True(Volatile.Read(ref traced) >= 1);
    }

    private static IHost Host(Action<HostApplicationBuilder> add, params (string Name, string Value)[] settings)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(setting => setting.Name, string? (setting) => setting.Value, StringComparer.Ordinal));
        builder.Services.AddLogging();
        add(builder);
        return builder.Build();
    }

    private static (bool Health, bool Traces, bool Metrics) Collected(IHost host) => (
        host.Services.GetService<HealthCheckService>() is not null,
        host.Services.GetService<TracerProvider>() is not null,
        host.Services.GetService<MeterProvider>() is not null);

    private static async Task<string> FirstStatusAsync(StatusStreamClient client)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20), TimeProvider.System);
        await foreach (var told in client.WatchAsync(["a"], limit.Token))
        {
            if (told is BatchUpdate batch) return batch.Updates[0].Status;
        }

        throw new InvalidOperationException("The watch ended by itself.");
    }

    private sealed class CountingHandler(Action passed) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            passed();
            return base.SendAsync(request, cancellationToken);
        }
    }
}
