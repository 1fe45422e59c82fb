using System.Diagnostics.Metrics;
using System.IO.Pipelines;
using System.Net;
using System.Security.Claims;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using PipelineAspire.StatusStream.Access;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Backend;
using PipelineAspire.StatusStream.Polling.Pacing;
using PipelineAspire.StatusStream.Tests.Access.Rights;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Access;

/// <summary>Which pipelines are watched for a client, and which cost it something.</summary>
public sealed class PipelineAdmissionTests : IDisposable
{
    private static readonly PollCadence Cadence = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3));

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly FakeTimeProvider _clock = new();
    private readonly FakeLogger<Refusals> _logger = new();
    private readonly FakeLogger<PipelineAdmission> _audit = new();
    private readonly ScriptedBackend _backend;
    private readonly WatchList _watchList;
    private readonly StatusBroadcaster _broadcaster;
    private readonly ClientKey _ann = ClientKey.Of(IPAddress.Parse("192.0.2.7"));
    private readonly ClientKey _bob = ClientKey.Of(IPAddress.Parse("192.0.2.8"));
    private PipelineAdmission? _admission;
    private OnlyPipelines? _authorizer;

    public PipelineAdmissionTests()
    {
        _backend = new ScriptedBackend(_clock);
        _watchList = new WatchList(Cadence, _clock);
        _broadcaster = new StatusBroadcaster(Cadence, _clock, PipeScheduler.Inline);
    }

    public void Dispose()
    {
        _admission?.Dispose();
        _services.Dispose();
    }

    [Fact]
    public async Task AClientMayAskForSoManyUnknownPipelinesAndTakesNoneFromAnother()
    {
        Limit(perMinute: 5);

        Assert.Empty(await RefuseAsync(_ann, "a", "b", "c"));
        Assert.Equal(["f", "g"], (await RefuseAsync(_ann, "d", "e", "f", "g")).Keys.Order(StringComparer.Ordinal));
        Assert.All((await RefuseAsync(_ann, "h", "i")).Values, reason => Assert.Equal(PipelineCondition.BeyondNew, reason));
        Assert.Empty(await RefuseAsync(_bob, "h", "i"));
    }

    [Fact]
    public async Task WhatIsWatchedOrKnownCostsNothing()
    {
        Limit(perMinute: 1);
        _watchList.Add(["watched"]);
        _broadcaster.Receive(Records.Update(Records.Failing("known", PipelineCondition.NotFound, 1)));

        for (var i = 0; i < 10; i++) Assert.Empty(await RefuseAsync(_ann, "watched", "known"));

        Assert.Empty(await RefuseAsync(_ann, "new"));
        Assert.Single(await RefuseAsync(_ann, "newer"));
    }

    [Fact]
    public async Task WhatTheListShowsCostsNothingHoweverManyOrFew()
    {
        Limit(perMinute: 2);
        _backend.Listed = Enumerable.Range(0, 40).Select(i => $"listed-{i}").ToHashSet(StringComparer.Ordinal);

        Assert.Empty(await RefuseAsync(_ann, [.. _backend.Listed]));
        Assert.Equal(1, _backend.Lists);
        Assert.Empty(await RefuseAsync(_ann, "new", "newer"));
        Assert.Single(await RefuseAsync(_ann, "newest"));
        Assert.Empty(await RefuseAsync(_ann, "listed-7", "listed-8"));
    }

    [Fact]
    public async Task WhoMayAskForNothingMoreIsAnsweredByTheListAsItIsNowAndNotOneReadOfItEach()
    {
        Limit(perMinute: 1);
        Assert.Empty(await RefuseAsync(_ann, "new"));
        _backend.Listed = new HashSet<string>(["deployed-just-now"]);

        for (var i = 0; i < 20; i++)
        {
            Assert.Empty(await RefuseAsync(_ann, "deployed-just-now"));
            Assert.Equal("made-up", Assert.Single(await RefuseAsync(_ann, "made-up", "deployed-just-now")).Key);
        }

        Assert.Equal(1, _backend.Lists);
    }

    [Fact]
    public async Task ABackendWithoutAListHasEachCounted()
    {
        Limit(perMinute: 15);

        Assert.Equal(25, (await RefuseAsync(_ann, [.. Enumerable.Range(0, 40).Select(i => $"new-{i}")])).Count);
    }

    [Fact]
    public async Task NoMoreAreWatchedThanMayBeWhateverTheyAre()
    {
        Limit(perMinute: 0, maxWatched: 3);
        _watchList.Add(["a", "b"]);

        var refused = await RefuseAsync(_ann, "a", "b", "c", "d", "e");

        Assert.Equal(["d", "e"], refused.Keys.Order(StringComparer.Ordinal));
        Assert.All(refused.Values, reason => Assert.Equal(PipelineCondition.BeyondWatched, reason));
    }

    [Fact]
    public async Task WhatAnotherReplicaWatchesTakesNoRoom()
    {
        Limit(perMinute: 0, maxWatched: 1);
        _watchList.Add(["a"]);
        _broadcaster.Receive(Records.Update(Records.Fine("known", PipelineStatus.Active, 1)));

        Assert.Equal("new", Assert.Single(await RefuseAsync(_ann, "known", "new")).Key);
    }

    [Fact]
    public async Task ARequestIsNotedOnceForEachLimitHoweverManyPipelinesAreRefused()
    {
        Limit(perMinute: 1, maxWatched: 5);
        using var counted = new Microsoft.Extensions.Diagnostics.Metrics.Testing.MetricCollector<long>(
            _services.GetRequiredService<IMeterFactory>(), StatusStreamMetrics.MeterName, "statusstream.refusals");

        Assert.Equal(9, (await RefuseAsync(_ann, "a", "b", "c", "d", "e", "f", "g", "h", "i", "j")).Count);

        Assert.Equal(
            ["MaxWatchedPipelines", "NewPipelinesPerMinutePerClient"],
            counted.GetMeasurementSnapshot().Select(measurement => (string)measurement.Tags["limit"]!).Order(StringComparer.Ordinal));
        Assert.Equal(2, _logger.Collector.Count);
    }

    [Fact]
    public async Task WhatMayNotBeSeenCountsAsWhatDoesNotExistAndIsNotWatched()
    {
        _authorizer = new OnlyPipelines("mine");
        Limit(perMinute: 4); // one of them for what is its own, and yet unknown
        _backend.Listed = new HashSet<string>(["mine", "listed"], StringComparer.Ordinal);
        _watchList.Add(["watched"]);
        _broadcaster.Receive(Records.Update(Records.Fine("known", PipelineStatus.Active, 1)));

        var refused = await RefuseAsync(_ann, "mine", "watched", "known", "listed");

        Assert.Equal(["known", "listed", "watched"], refused.Keys.Order(StringComparer.Ordinal));
        Assert.All(refused.Values, reason => Assert.Equal(PipelineCondition.NotFound, reason));
        Assert.Equal(0, _logger.Collector.Count);

        // Asked for once more it costs nothing, as what was found not to exist; another one does, and there is none left.
        await RefuseAsync(_ann, "watched", "known", "listed");
        Assert.Equal(0, _logger.Collector.Count);
        Assert.Contains("192.0.2.7 may not see 3 of the pipelines", Assert.Single(_audit.Collector.GetSnapshot()).Message, StringComparison.Ordinal);
        await RefuseAsync(_ann, "made-up");
        Assert.Equal(1, _logger.Collector.Count);
        Assert.Equal(0, _backend.Lists); // no list says what counts
    }

    private void Limit(int perMinute, int maxWatched = 20_000)
    {
        var list = new BackendList(
            _backend, Options.Create(new PipelineBackendOptions()), Cadence, _clock, new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance));
        var metrics = new StatusStreamMetrics(_services.GetRequiredService<IMeterFactory>());
        _admission = new PipelineAdmission(
            _watchList, _broadcaster, list, new ScheduleLimits { MaxPipelines = maxWatched }, Cadence,
            Options.Create(new LimitsOptions { NewPipelinesPerMinutePerClient = perMinute }),
            new PipelineRights(Cadence, _clock, NullLogger<PipelineRights>.Instance, _authorizer),
            new Refusals(metrics, _clock, _logger), _audit, _clock);
    }

    private Task<IReadOnlyDictionary<string, PipelineCondition>> RefuseAsync(ClientKey client, params string[] pipelineIds) =>
        _admission!.RefuseAsync(new Viewer(client, _authorizer is null ? null : new ClaimsPrincipal()), pipelineIds, CancellationToken.None).AsTask().Soon();
}
