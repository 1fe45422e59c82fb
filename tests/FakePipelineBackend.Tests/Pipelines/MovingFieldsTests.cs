using System.Text.Json;
using PipelineAspire.FakePipelineBackend.Pipelines;
using PipelineAspire.FakePipelineBackend.Tests.Hosting;

namespace PipelineAspire.FakePipelineBackend.Tests.Pipelines;

public sealed class MovingFieldsTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly ObservedClock _clock = new();

    [Theory]
    [InlineData("/pipeline/orders/health")]
    [InlineData("/pipeline/health?ids=orders")]
    public async Task ARunningPipelineHasTwoMoreFieldsThatChangeOncePerInterval(string path)
    {
        await using var backend = await StartAsync("00:00:05");
        var bodies = new List<string>();
        for (var seconds = 0; seconds < 10; seconds++)
        {
            bodies.Add(await backend.Http.GetStringAsync(new Uri(path, UriKind.Relative)));
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.All(bodies, body => Assert.Contains("\"rows_per_second\":", body, StringComparison.Ordinal));
        Assert.InRange(bodies.Distinct(StringComparer.Ordinal).Count(), 2, 3);
    }

    [Fact]
    public async Task TheTagChangesWithThemAndNotBefore()
    {
        await using var backend = await StartAsync("00:00:05");
        var first = await TagAsync(backend);
        Assert.Equal(first, await TagAsync(backend));
        _clock.Advance(Interval);
        Assert.NotEqual(first, await TagAsync(backend));
    }

    [Fact]
    public async Task WhatDoesNotRunAndTheListHaveFiveFields()
    {
        await using var backend = await StartAsync("00:00:05");
        Assert.DoesNotContain("lag_seconds", await backend.Http.GetStringAsync(new Uri("/pipeline", UriKind.Relative)), StringComparison.Ordinal);
        await backend.SetAsync("orders", "Paused");

        Assert.Equal(5, Count(await backend.Http.GetStringAsync(new Uri("/pipeline/orders/health", UriKind.Relative))));
    }

    [Fact]
    public async Task WithoutTheSettingARunningPipelineHasFiveFields()
    {
        await using var backend = await StartAsync("00:00:00");

        Assert.Equal(5, Count(await backend.Http.GetStringAsync(new Uri("/pipeline/orders/health", UriKind.Relative))));
    }

    [Fact]
    public void TheyMoveSlowlyAndNeverBelowZero()
    {
        var before = MovingFields.ValuesAt(0, 12345);
        for (var step = 1; step < 100; step++)
        {
            var now = MovingFields.ValuesAt(step, 12345);
            Assert.NotEqual(before, now);
            Assert.InRange(now.RowsPerSecond, before.RowsPerSecond * 0.9, before.RowsPerSecond * 1.1);
            Assert.InRange(now.LagSeconds, Math.Max(0, before.LagSeconds - 0.21), before.LagSeconds + 0.21);
            before = now;
        }
    }

    private Task<RunningBackend> StartAsync(string interval) =>
        RunningBackend.StartAsync(_clock, ("FakeBackend:Pipelines:0", "orders"), ("FakeBackend:FieldsInterval", interval));

    private static int Count(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.EnumerateObject().Count();
    }

    private static async Task<string> TagAsync(RunningBackend backend)
    {
        using var response = await backend.Http.GetAsync(new Uri("/pipeline/orders/health", UriKind.Relative));
        return response.Headers.ETag!.Tag;
    }
}
