using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace PipelineAspire.Web.Tests;

public sealed class RequestMetricsTests
{
    [Fact]
    public async Task AStreamIsNoRequestWithADurationWhatIsRefusedIs()
    {
        await using var web = WebUnderTest.InFrontOf(Bounds.DeadAddress());
        using var durations = new Durations(web.Services.GetRequiredService<IMeterFactory>());
        using var browser = web.Browser();
        await using (var reader = await EventStreamReader.Open(web.Address)) await reader.Until("retry");
        await using (await EventStreamReader.Open(web.Address, ""))
        {
        }

        (await browser.GetAsync("/ui-api/pipeline")).Dispose();

        await durations.Until("/ui-api/pipeline 502");
        await durations.Until("/ui-api/pipeline/status/stream 400");
        Assert.DoesNotContain("/ui-api/pipeline/status/stream 200", durations.Seen);
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
