using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text;
using System.Text.Json;
using PipelineAspire.StatusStream.Sharing.Tests.Chaos;
using PipelineAspire.StatusStream.Sharing.Tests.Servers;
using Xunit.Abstractions;

namespace PipelineAspire.StatusStream.Sharing.Tests.Contract;

/// <summary>Two replicas as processes, over TLS and as the user whom docs/operating.md makes: all that is shared works, and nothing of it is refused.</summary>
public sealed class LeastRightsTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Start = "ACL SETUSER statusstream ";
    private const string Password = "open-sesame";

    /// <summary>What the client library would ask of a server that has replicas or is a cluster.</summary>
    private const string Unasked = "$CONFIG=,$CLUSTER=,tiebreaker=,configChannel=";

    private readonly SelfMadeCertificate _certificate = new();
    private readonly Backend _backend = new(pipelines: 5);
    private readonly List<Service> _replicas = [];
    private RedisServer _redis = null!;
    private RedisConsole _operator = null!;

    private Uri[] Addresses => [.. _replicas.Select(replica => replica.Address)];

    public async Task InitializeAsync()
    {
        var port = FreePort.Take();
        _redis = new RedisServer(
            null, _certificate, "--port", port.ToString(CultureInfo.InvariantCulture), "--user", "default", "off", "--user", "operator", "on", ">operate", "+acl");
        await _redis.StartAsync();
        _operator = new RedisConsole(port);
        await _operator.CommandAsync("AUTH", "operator", "operate");
        await _operator.CommandAsync(Rights().Replace("<password>", Password, StringComparison.Ordinal).Split(' '));
        await AllowFromRedis72OnAsync("+client|setinfo");
        await _backend.StartAsync();
        for (var i = 0; i < 2; i++)
        {
            _replicas.Add(new Service(BuiltProject.StatusStreamApi, new Dictionary<string, string>
            {
                [SelfMadeCertificate.TrustedIssuer] = _certificate.CertificatePath,
                ["ConnectionStrings__redis"] = $"{_redis.ConnectionString},user=statusstream,password={Password},{Unasked}",
                ["PipelineBackend__BaseUrl"] = _backend.Address.GetLeftPart(UriPartial.Authority),
                ["StatusStream__PollInterval"] = "00:00:00.200",
                ["StatusStream__RequestTimeout"] = "00:00:01",
            }));
        }

        foreach (var replica in _replicas) await replica.StartAsync();
    }

    public async Task DisposeAsync()
    {
        foreach (var replica in _replicas) await replica.DisposeAsync();
        await _operator.DisposeAsync();
        await _redis.DisposeAsync();
        await _backend.DisposeAsync();
        _certificate.Dispose();
    }

    [Fact]
    public async Task AUserWithTheDocumentedRightsAloneIsRefusedNothing()
    {
        await using var first = new Watcher(_backend, Addresses, 0);
        await using var second = new Watcher(_backend, Addresses, 1);
        await Bounded.UntilAsync("both are told the truth", () => Task.FromResult(first.IsRight && second.IsRight));
        await Bounded.UntilAsync("one replica reads for both", HasOneLoopAsync);
        foreach (var pipelineId in _backend.PipelineIds) await _backend.ChangeAsync(pipelineId);
        await Bounded.UntilAsync("both are told the changes", () => Task.FromResult(first.IsRight && second.IsRight));
        await AskForWholeAnswersAsync();
        await WatchThroughTheOtherReplicaAsync();

        var outputs = _replicas.Select(replica => replica.Process.Output).ToList();
        _replicas[0].Process.Signal("TERM");
        await _replicas[0].EndedAsync();
        await _backend.ChangeAsync(_backend.PipelineIds[0]);
        await Bounded.UntilAsync("the other goes on", () => Task.FromResult(first.IsRight && second.IsRight));

        var refused = await _operator.CommandAsync("ACL", "LOG");
        output.WriteLine(refused);
        Assert.Empty(refused);
        Assert.All(outputs.Append(_replicas[1].Process.Output), text => Assert.DoesNotContain("NOPERM", text, StringComparison.Ordinal));
        Assert.Empty(first.Violations.Concat(second.Violations));
    }

    private static string Rights()
    {
        var folder = typeof(LeastRightsTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "SolutionDirectory").Value!;
        return File.ReadLines(Path.Combine(folder, "docs", "operating.md")).Single(line => line.StartsWith(Start, StringComparison.Ordinal));
    }

    /// <summary>An older server does not know that command.</summary>
    private async Task AllowFromRedis72OnAsync(string right)
    {
        try
        {
            await _operator.CommandAsync("ACL", "SETUSER", "statusstream", right);
        }
        catch (InvalidOperationException)
        {
            // Then nobody sends it.
        }
    }

    private async Task<bool> HasOneLoopAsync()
    {
        await _backend.ResetStatsAsync();
        await Bounded.PassAsync(TimeSpan.FromSeconds(1));
        return (await _backend.StatsAsync()).Callers.Count == 1;
    }

    private async Task AskForWholeAnswersAsync()
    {
        using var http = new HttpClient { Timeout = Bounded.Patience };
        foreach (var address in Addresses)
        {
            var health = await http.GetStringAsync(new Uri(address, $"/ui-api/pipeline/{_backend.PipelineIds[0]}/health"));
            Assert.Contains("pipeline_name", health, StringComparison.Ordinal);
        }
    }

    /// <summary>By which replicas write to each other, and notify whoever polls.</summary>
    private async Task WatchThroughTheOtherReplicaAsync()
    {
        using var http = new HttpClient { Timeout = Bounded.Patience };
        await using var stream = await http.GetStreamAsync(new Uri(Addresses[0], $"/ui-api/pipeline/status/stream?watch=1&pipelineIds={_backend.PipelineIds[0]}"));
        using var lines = new StreamReader(stream);
        string? handle = null;
        while (handle is null)
        {
            var line = await lines.ReadLineAsync().WaitAsync(Bounded.Patience);
            if (line?.StartsWith("data: {\"type\":\"stream\"", StringComparison.Ordinal) == true)
                handle = JsonDocument.Parse(line["data: ".Length..]).RootElement.GetProperty("stream").GetString();
        }

        var revision = 0;
        await Bounded.UntilAsync("the one replica passes it on to the other", async () =>
        {
            var body = $$"""{"stream":"{{handle}}","revision":{{++revision}},"add":["{{_backend.PipelineIds[1]}}"]}""";
            using var watch = new StringContent(body, Encoding.UTF8, "application/json");
            using var watched = await http.PostAsync(new Uri(Addresses[1], "/ui-api/pipeline/status/stream/watch"), watch);
            return watched.StatusCode == HttpStatusCode.Accepted;
        });
        using var notify = new StringContent($$"""{"pipelineIds":["{{_backend.PipelineIds[1]}}"]}""", Encoding.UTF8, "application/json");
        foreach (var address in Addresses)
        {
            using var notified = await http.PostAsync(new Uri(address, "/ui-api/pipeline/notify"), notify);
            Assert.Equal(HttpStatusCode.Accepted, notified.StatusCode);
        }
    }
}
