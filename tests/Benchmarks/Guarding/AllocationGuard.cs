using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using PipelineAspire.Benchmarks.Load;
using PipelineAspire.Processes;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Polling.Backend;

namespace PipelineAspire.Benchmarks.Guarding;

/// <summary>
/// How many bytes are allocated for a delivery: the whole replica in this process, with real sockets, and clients that
/// allocate nothing. What a change costs whatever its audience is cancelled out by measuring with few streams and with
/// many.
/// </summary>
internal static class AllocationGuard
{
    /// <summary>The most that a delivery may allocate, in bytes: less than the smallest object.</summary>
    public const double MostBytesPerDelivery = 16;

    private const int Few = 50;
    private const int Many = 250;
    private const int Pipelines = 60;
    private const int WarmUp = 120;
    private const int Events = 180;
    private const int InFlight = 32;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(260); // a pipeline is read on demand once per 250 ms

    /// <summary>Measures it.</summary>
    /// <exception cref="BenchmarkException">Something was not delivered.</exception>
    public static async Task<double> BytesPerDeliveryAsync(CancellationToken cancellationToken)
    {
        var backend = new MemoryBackend();
        await using var api = StatusStream.Api.Program.Build(
            [
                "--urls=http://127.0.0.1:0",
                "--StatusStream:PollInterval=01:00:00",
                "--Logging:LogLevel:Default=None",
                .. NoLimits.Arguments,
            ],
            services => services.AddSingleton<IPipelineBackend>(backend));
        await api.StartAsync(cancellationToken);
        var few = await MeasureAsync(api, backend, Few, cancellationToken);
        var many = await MeasureAsync(api, backend, Many, cancellationToken);
        return (many - few) / (double)((Many - Few) * Events);
    }

    private static async Task<long> MeasureAsync(WebApplication api, MemoryBackend backend, int clients, CancellationToken cancellationToken)
    {
        var backplane = api.Services.GetRequiredService<IStatusBackplane>();
        using var fleet = new Fleet(new FleetPlan([new Uri(api.Urls.Single())], clients, Pipelines));
        await fleet.OpenAsync(InFlight, Longest, resume: null, cancellationToken);
        await ChangeAsync(backend, backplane, fleet, WarmUp, cancellationToken);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await ChangeAsync(backend, backplane, fleet, Events, cancellationToken);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        var problems = fleet.Check(_ => WarmUp + Events);
        return problems.Count == 0 ? allocated : throw new BenchmarkException(string.Join("; ", problems));
    }

    private static async Task ChangeAsync(MemoryBackend backend, IStatusBackplane backplane, Fleet fleet, int events, CancellationToken cancellationToken)
    {
        for (var done = 0; done < events; done++)
        {
            if (done % Pipelines == 0) await Task.Delay(Round, TimeProvider.System, cancellationToken);
            var pipelineId = FleetPlan.Name(done % Pipelines);
            var expected = fleet.Deliveries + fleet.Clients.Count;
            backend.Toggle(pipelineId);
            await backplane.NotifyAsync([pipelineId], cancellationToken);
            if (!await fleet.ReachAsync(expected, Longest, cancellationToken))
                throw new BenchmarkException(string.Create(CultureInfo.InvariantCulture, $"Only {fleet.Deliveries} of {expected} deliveries arrived."));
        }
    }
}
