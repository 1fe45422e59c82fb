using System.Net;
using System.Text.Json;
using PipelineAspire.StatusStream.Sharing.Tests.Contract;
using PipelineAspire.StatusStream.Sharing.Tests.Servers;

namespace PipelineAspire.StatusStream.Sharing.Tests.InProcess;

/// <summary>The backend's whole answer about a pipeline, from whichever of two replicas: one of them does not poll.</summary>
public sealed class RedisServerPipelineHealthTests(Running<RedisServer> running)
    : PipelineHealthTests(running.Server.ConnectionString), IClassFixture<Running<RedisServer>>;

public sealed class GarnetPipelineHealthTests(Running<GarnetServer> running)
    : PipelineHealthTests(running.Server.ConnectionString), IClassFixture<Running<GarnetServer>>;

public abstract class PipelineHealthTests
{
    private readonly string _connectionString;

    private protected PipelineHealthTests(string connectionString) => _connectionString = connectionString;

    [Fact]
    public async Task AnyReplicaAnswersWithTheBackendsOwnJson()
    {
        var backend = new MemoryBackend(pipelines: 2);
        await using var one = await InProcessReplica.StartAsync("replica-1", backend, _connectionString);
        await using var other = await InProcessReplica.StartAsync("replica-2", backend, _connectionString);
        using var http = new HttpClient();

        await Bounded.UntilAsync("one of them polls", async () =>
        {
            using var answer = await http.GetAsync(new Uri(one.Address, $"/ui-api/pipeline/{backend.PipelineIds[0]}/health"));
            return answer.StatusCode == HttpStatusCode.OK;
        });

        // The first of a pipeline that nobody watches, and one of a pipeline whose answer is stored already.
        foreach (var pipelineId in backend.PipelineIds)
        {
            foreach (var replica in (InProcessReplica[])[one, other])
            {
                using var answer = await http.GetAsync(new Uri(replica.Address, $"/ui-api/pipeline/{pipelineId}/health")).WaitAsync(Bounded.Patience);

                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
                Assert.Equal(["overall_status", "status"], json.RootElement.EnumerateObject().Select(property => property.Name));
            }
        }

        Assert.Single(backend.Reads.Where(read => read.PipelineId == backend.PipelineIds[0]).Select(read => read.Replica).Distinct(StringComparer.Ordinal));
    }
}
