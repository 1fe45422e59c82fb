using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Streaming;

public sealed class RequestMetricsTests
{
    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task AStreamIsNoRequestWithADurationARefusedOneIs(string direct)
    {
        await using var api = await RunningApi.StartAsync(("StatusStream:DirectStreams", direct));
        api.Backend.AnswersAt("/pipeline", KestrelBackend.Json("[]"));
        var meters = api.App.Services.GetRequiredService<IMeterFactory>();
        var seen = new ConcurrentQueue<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "http.server.request.duration" && ReferenceEquals(instrument.Meter.Scope, meters)) self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            var all = tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value, StringComparer.Ordinal);
            seen.Enqueue($"{all.GetValueOrDefault("http.route")} {all.GetValueOrDefault("http.response.status_code")}");
        });
        listener.Start();
        using (var stream = await api.StreamAsync("a")) await stream.NextAsync();
        await Patience.UntilAsync(() => api.Streams.Count == 0, "the stream's end");

        (await api.GetAsync("/ui-api/pipeline/status/stream")).Dispose();
        (await api.GetAsync("/ui-api/pipeline")).Dispose();

        await Patience.UntilAsync(() => seen.Count >= 2, "two durations");
        Assert.Equal(["/ui-api/pipeline 200", "/ui-api/pipeline/status/stream 400"], seen.Order(StringComparer.Ordinal));
    }
}
