using System.Diagnostics.Metrics;

namespace PipelineAspire.StatusStream.Polling;

/// <summary>What the backend is asked, and what it would be without batches and paces.</summary>
internal static class PollingMetrics
{
    public static void Observe(Meter meter, PollingState state)
    {
        meter.CreateObservableCounter(
            "statusstream.backend.reads", () => state.Reads, "{pipeline}", "Pipelines that the backend was asked for, each time counted.");
        meter.CreateObservableCounter(
            "statusstream.backend.requests", () => state.Requests, "{request}", "Requests to the backend for statuses: a batch is one.");
        Gauge("statusstream.backend.requests_planned", "{request}/s", "Requests a second at the present paces.", pace => pace.RequestsPerSecond);
        Gauge(
            "statusstream.backend.requests_plain",
            "{request}/s",
            "Requests a second with one for each pipeline and interval.",
            pace => pace.PlainRequestsPerSecond);
        Gauge("statusstream.backend.stretch", "1", "By how much all intervals are stretched to stay within MaxReadsPerSecond.", pace => pace.Stretch);
        Gauge("statusstream.backend.down", "1", "1 while the backend answers nothing.", pace => pace.IsBackendDown ? 1 : 0);
        meter.CreateObservableGauge("statusstream.pipelines", () => Pipelines(state), "{pipeline}", "Pipelines that are read, by pace.");

        void Gauge(string name, string unit, string description, Func<PollingPace, double> value) =>
            meter.CreateObservableGauge(
                name, () => state.Pace is { } pace ? [new Measurement<double>(value(pace))] : (Measurement<double>[])[], unit, description);
    }

    private static Measurement<int>[] Pipelines(PollingState state)
    {
        if (state.Pace is not { } pace) return [];
        return
        [
            Of("interval", pace.Pipelines - pace.Slow - pace.Absent - pace.Failing),
            Of("slow", pace.Slow),
            Of("absent", pace.Absent),
            Of("failing", pace.Failing),
        ];

        static Measurement<int> Of(string name, int count) => new(Math.Max(0, count), new KeyValuePair<string, object?>("pace", name));
    }
}
