namespace PipelineAspire.EndToEnd.Tests.Telemetry;

/// <summary>Services with something to export that are asked to stop: a collector that is gone, or hangs, holds none of them.</summary>
public sealed class LastFlushTests
{
    /// <summary>Two seconds, and as many for a machine that has much else to do; an exporter left to itself takes ten and more.</summary>
    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(4);

    private static readonly Uri Nobody = new($"http://127.0.0.1:{FreePort.Take()}");

    [Theory]
    [InlineData("FakePipelineBackend")]
    [InlineData("StatusStream.Api")]
    [InlineData("Web")]
    public async Task ACollectorThatIsGoneHoldsNobody(string project)
    {
        await using var service = await StartAsync(project, Nobody);

        await EndsInTimeAsync(service);
    }

    [Theory]
    [InlineData("FakePipelineBackend")]
    [InlineData("StatusStream.Api")]
    [InlineData("Web")]
    public async Task ACollectorThatNeverAnswersHoldsNobody(string project)
    {
        await using var collector = new SilentCollector();
        await using var service = await StartAsync(project, collector.Address);

        await EndsInTimeAsync(service);

        Assert.NotEqual(0, collector.Connections);
    }

    [Fact]
    public async Task ACollectorThatAnswersIsToldOfTheEnd()
    {
        await using var collector = new AttentiveCollector();
        await using var service = await StartAsync("FakePipelineBackend", collector.Address, ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"));

        await EndsInTimeAsync(service);

        Assert.Superset(new HashSet<string> { "logs", "metrics", "traces" }, collector.Told.ToHashSet());
    }

    /// <summary>Starts a service as Aspire sets its telemetry up, and gives it something to tell.</summary>
    private static async Task<Service> StartAsync(string project, Uri collector, params (string Name, string Value)[] more)
    {
        var settings = new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.AbsoluteUri,
            ["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"] = "in_memory",
            ["PipelineBackend__BaseUrl"] = Nobody.AbsoluteUri,
            ["StatusStreamApi__BaseUrl"] = Nobody.AbsoluteUri,
        };
        foreach (var (name, value) in more) settings[name] = value;
        var service = new Service(new BuiltProject(project), settings);
        try
        {
            await service.StartAsync();
            using var http = new HttpClient { BaseAddress = service.Address, Timeout = Bounded.Patience };
            using var traced = await http.GetAsync(new Uri("no/such/page", UriKind.Relative));
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    private static async Task EndsInTimeAsync(Service service)
    {
        var asked = Bounded.Now;
        service.Process.Signal("TERM");
        Assert.Equal(0, await service.Process.ExitCodeAsync());
        Assert.InRange(Bounded.Since(asked), TimeSpan.Zero, EndsWithin);
    }
}
