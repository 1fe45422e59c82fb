using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Backend;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Polling.Backend;

/// <summary>The connections to a backend, and their ends.</summary>
public class BackendConnectionTests
{
    private const int Reads = 20;

    [Fact]
    public async Task OneConnectionServesOneReadAfterAnother()
    {
        await using var rig = await BackendRig.StartAsync(("PipelineBackend:Batch:Path", "/all"));
        var connections = new HashSet<string>(StringComparer.Ordinal);
        rig.Backend.Otherwise = Noted(connections, KestrelBackend.Status("Running"));
        rig.Backend.AnswersAt("/all", Noted(connections, KestrelBackend.Json("[]")));
        for (var i = 0; i < Reads; i++)
        {
            await rig.ReadAsync();
            await rig.ReadBatchAsync("a", "b");
        }

        Assert.Single(connections);
    }

    [Fact]
    public async Task ABackendThatSaysThatItClosesIsReadOnANewConnection()
    {
        await using var rig = await BackendRig.StartAsync();
        var connections = new HashSet<string>(StringComparer.Ordinal);
        rig.Backend.Otherwise = Noted(connections, BackendRig.Json("""{"overall_status":"Running"}""", ("Connection", "close")));

        for (var i = 0; i < Reads; i++) Assert.Equal(PipelineCondition.Ok, (await rig.ReadAsync()).Condition);
        Assert.Equal(Reads, connections.Count);
    }

    [Fact]
    public async Task AConnectionThatWasClosedBetweenTwoReadsIsNoFailedRead()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = AnswerOnceEachAsync(listener, Reads);
        await using var backend = await KestrelBackend.StartAsync();
        await using var rig = BackendRig.On(backend, null, ("PipelineBackend:BaseUrl", $"http://{listener.LocalEndpoint}"));

        for (var i = 0; i < Reads; i++)
        {
            var reading = await rig.ReadAsync();
            Assert.Equal((PipelineCondition.Ok, null), (reading.Condition, reading.Reason));
        }

        await serving.Soon();
    }

    [Fact]
    public async Task ABackendThatDropsEveryConnectionIsNotAskedTwice()
    {
        await using var rig = await BackendRig.StartAsync();
        rig.Backend.Otherwise = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };

        for (var i = 0; i < Reads; i++) Assert.Equal(PipelineCondition.Error, (await rig.ReadAsync()).Condition);
        Assert.Equal(Reads, rig.Backend.TotalReads);
    }

    [Fact]
    public async Task AConnectionThatIsClosedJustWhenItIsUsedAgainIsNoFailedRead()
    {
        await using var rig = await BackendRig.StartAsync();
        var connections = new HashSet<string>(StringComparer.Ordinal);
        rig.Backend.Otherwise = context =>
        {
            lock (connections)
            {
                if (!connections.Add(context.Connection.Id))
                {
                    context.Abort();
                    return Task.CompletedTask;
                }
            }

            return KestrelBackend.Json("""{"overall_status":"Running"}""")(context);
        };

        for (var i = 0; i < Reads; i++) Assert.Equal(PipelineCondition.Ok, (await rig.ReadAsync()).Condition);
        Assert.Equal(Reads, connections.Count);
    }

    [Fact]
    public async Task ABackendThatSpeaksHttp2IsReadByOneConnectionForAll()
    {
        using var certificate = SelfSigned();
        await using var backend = await KestrelBackend.StartAsync(certificate);
        await using var rig = BackendRig.On(backend, services => Trust(services, certificate));
        var connections = new HashSet<string>(StringComparer.Ordinal);
        var protocols = new HashSet<string>(StringComparer.Ordinal);
        backend.Otherwise = Noted(connections, context =>
        {
            lock (protocols) protocols.Add(context.Request.Protocol);
            return KestrelBackend.Json("""{"overall_status":"Running"}""")(context);
        });
        await rig.ReadAsync();

        var readings = await Task.WhenAll(Enumerable.Range(0, Reads).Select(i => rig.ReadAsync($"p{i}")));

        Assert.All(readings, reading => Assert.Equal(PipelineCondition.Ok, reading.Condition));
        Assert.Equal([HttpProtocol.Http2], protocols);
        Assert.Single(connections.Select(connection => connection.Split(':')[0]).Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task ACertificateThatNobodyTrustsIsABadAnswer()
    {
        using var certificate = SelfSigned();
        await using var backend = await KestrelBackend.StartAsync(certificate);
        await using var rig = BackendRig.On(backend, null);
        var reading = await rig.ReadAsync();

        Assert.Equal(PipelineCondition.Error, reading.Condition);
        Assert.NotNull(reading.Reason);
        Assert.Equal(0, backend.TotalReads);
    }

    /// <summary>Says on each connection that it stays open, and closes it after one answer.</summary>
    private static async Task AnswerOnceEachAsync(TcpListener listener, int connections)
    {
        for (var i = 0; i < connections; i++)
        {
            using var socket = await listener.AcceptSocketAsync();
            var request = "";
            var buffer = new byte[4096];
            while (!request.EndsWith("\r\n\r\n", StringComparison.Ordinal)) request += Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer));
            await socket.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 28\r\n\r\n{\"overall_status\":\"Running\"}"u8.ToArray());
        }
    }

    private static RequestDelegate Noted(HashSet<string> connections, RequestDelegate answer) => context =>
    {
        lock (connections) connections.Add(context.Connection.Id);
        return answer(context);
    };

    private static void Trust(IServiceCollection services, X509Certificate2 trusted) => services
        .AddHttpClient(nameof(IPipelineBackend))
        .UseSocketsHttpHandler((handler, _) => handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => trusted.Equals(shown));

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        var request = new CertificateRequest("CN=backend", key, HashAlgorithmName.SHA256) { CertificateExtensions = { names.Build() } };
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
