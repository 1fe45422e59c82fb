using System.Globalization;
using PipelineAspire.StatusStream.Backplane.Sharing;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Sharing.Tests.Servers;

namespace PipelineAspire.StatusStream.Sharing.Tests.Contract;

/// <summary>How a server is reached: by password, over TLS, or not at all.</summary>
public sealed class AccessTests
{
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(2.5);

    [Fact]
    public async Task APasswordOpensARedisServer()
    {
        await using var server = new RedisServer(password: "open-sesame");
        await AssertPasswordCountsAsync(server);
    }

    [Fact]
    public async Task APasswordOpensGarnet()
    {
        await using var server = new GarnetServer();
        await AssertPasswordCountsAsync(server);
    }

    [Fact]
    public async Task AConnectionStringWithTlsWorks()
    {
        using var certificate = new SelfMadeCertificate();
        await using var server = new RedisServer(password: "open-sesame", tls: certificate);
        await server.StartAsync();
        Environment.SetEnvironmentVariable(SelfMadeCertificate.TrustedIssuer, certificate.CertificatePath);
        try
        {
            await AssertWorksAsync(server.ConnectionString);
        }
        finally
        {
            Environment.SetEnvironmentVariable(SelfMadeCertificate.TrustedIssuer, null);
        }

        // Nobody vouches for it now.
        await AssertOutOfReachAsync(server.ConnectionString);
    }

    [Fact]
    public async Task WhereNobodyListensACallFailsInTime() =>
        await AssertOutOfReachAsync(string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{FreePort.Take()}"));

    private static async Task AssertPasswordCountsAsync(ISharedServer server)
    {
        await server.StartAsync();
        await AssertWorksAsync(server.ConnectionString);

        var address = server.ConnectionString.Split(',')[0];
        await AssertOutOfReachAsync(address);
        await AssertOutOfReachAsync(address + ",password=guess");
    }

    private static async Task AssertWorksAsync(string connectionString)
    {
        await using var connection = await Connection.OpenAsync(connectionString, "access");
        await connection.ListensAsync();
        var epoch = StatusVersion.NewEpoch();

        // A server that has just started may take longer for its first script than a call may last.
        await Bounded.UntilAsync("a first answer", async () =>
        {
            try
            {
                return (await connection.State.TryAcquireAsync("a", epoch, TimeSpan.FromMinutes(1), default)).IsGranted;
            }
            catch (SharedStateException)
            {
                return false;
            }
        });
        Assert.Equal(epoch, (await connection.HearsUpdateAsync()).Version.Epoch);
    }

    private static async Task AssertOutOfReachAsync(string connectionString)
    {
        await using var connection = await Connection.OpenAsync(connectionString, "access");
        var asked = Bounded.Now;
        await Assert.ThrowsAsync<SharedStateException>(() => connection.State.SnapshotAsync(default));
        Assert.True(Bounded.Since(asked) < LongestCall, $"after {Bounded.Since(asked)}");
    }
}
