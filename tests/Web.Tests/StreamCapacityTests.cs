using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PipelineAspire.StatusStream.Connections;

namespace PipelineAspire.Web.Tests;

public sealed class StreamCapacityTests
{
    [Fact]
    public async Task StreamsBeyondTheLimitAreRefusedUntilOneLeaves()
    {
        await using var service = await FakeStatusService.Start();
        await using var web = WebUnderTest.InFrontOf(service.Url).WithWebHostBuilder(builder =>
            builder.ConfigureServices(services => services.AddSingleton(new ConnectionLimits(Connections: 100, Streams: 2, OwnConnections: 1))));
        web.UseKestrel(0);
        web.StartServer();
        var address = web.ClientOptions.BaseAddress;
        await using var first = await EventStreamReader.Open(address);
        await using (await EventStreamReader.Open(address))
        {
            await using var third = await EventStreamReader.Open(address);

            Assert.Equal(HttpStatusCode.ServiceUnavailable, third.Response.StatusCode);
            Assert.Equal(5, third.Response.Headers.RetryAfter?.Delta?.TotalSeconds);
            Assert.True(third.Response.Headers.ConnectionClose);
            Assert.Equal(2, service.Streams.Count);
        }

        await service.Streams.Last().Abandoned.Task.WaitAsync(Bounds.Patience);
        await Bounds.Until(async () =>
        {
            await using var next = await EventStreamReader.Open(address);
            return next.Response.StatusCode == HttpStatusCode.OK;
        });
    }
}
