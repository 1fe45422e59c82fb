using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace PipelineAspire.Web.Tests;

public sealed class RequestMetricsTests
{
    [Fact]
    public async Task AStreamIsNoRequestWithADurationWhatIsRefusedIs()
    {
        await using var service = await FakeStatusService.Start();
        await using var web = WebUnderTest.InFrontOf(service.Url);
        using var durations = new Durations(web.Services.GetRequiredService<IMeterFactory>());
        using var browser = web.Browser();
        await using (var reader = await EventStreamReader.Open(web.Address))
        {
            (await service.NextStream()).End();
            Assert.Equal("", await reader.Next());
        }

        service.FullForSeconds = 7;
        await using (await EventStreamReader.Open(web.Address))
        {
        }

        (await browser.GetAsync("/ui-api/pipeline")).Dispose();

        await durations.Until("/ui-api/{**rest} 200");
        await durations.Until("/ui-api/pipeline/status/stream 503");
        Assert.DoesNotContain("/ui-api/pipeline/status/stream 200", durations.Seen);
    }

    [Fact]
    public async Task ToTheReplicaAStreamLastsUntilItsHeadersAreThere()
    {
        await using var service = await FakeStatusService.Start();
        await using var web = WebUnderTest.InFrontOf(service.Url);
        var port = new Uri(service.Url).Port;
        var measured = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "http.client.request.duration") self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            foreach (var tag in tags)
            {
                if (tag is { Key: "server.port", Value: int seen } && seen == port) measured.TrySetResult();
            }
        });
        listener.Start();

        await using var reader = await EventStreamReader.Open(web.Address);

        await measured.Task.WaitAsync(Bounds.Patience); // though the stream is open
        Assert.Equal(1, service.Streams.Count(stream => !stream.Abandoned.Task.IsCompleted));
    }

    /// <summary>The requests of one server that have a duration: route and status code.</summary>
    private sealed class Durations : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentQueue<string> _seen = new();
        private readonly SemaphoreSlim _news = new(0);

        public Durations(IMeterFactory meters)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "http.server.request.duration" && ReferenceEquals(instrument.Meter.Scope, meters))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
            {
                var all = tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value, StringComparer.Ordinal);
                _seen.Enqueue($"{all.GetValueOrDefault("http.route")} {all.GetValueOrDefault("http.response.status_code")}");
                _news.Release();
            });
            _listener.Start();
        }

        public IEnumerable<string> Seen => _seen;

        public async Task Until(string request)
        {
            while (!_seen.Contains(request)) Assert.True(await _news.WaitAsync(Bounds.Patience), $"{request} is not in {string.Join(", ", _seen)}");
        }

        public void Dispose()
        {
            _listener.Dispose();
            _news.Dispose();
        }
    }
}
