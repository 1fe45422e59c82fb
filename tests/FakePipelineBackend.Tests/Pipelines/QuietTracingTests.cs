using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenTelemetry.Instrumentation.AspNetCore;

namespace PipelineAspire.FakePipelineBackend.Tests.Pipelines;

public class QuietTracingTests
{
    [Theory]
    [InlineData("/pipeline/orders/health", false)]
    [InlineData("/pipeline/health", false)]
    [InlineData("/pipeline/orders/stop", true)]
    [InlineData("/pipeline", true)]
    [InlineData("/control/stats", true)]
    public async Task HealthReadsAreNotTracedAndOtherRequestsAre(string path, bool traced)
    {
        await using var app = Program.Build(["--FakeBackend:Demo=false", "--Logging:LogLevel:Default=None"]);
        var tracing = app.Services.GetRequiredService<IOptionsMonitor<AspNetCoreTraceInstrumentationOptions>>().CurrentValue;

        Assert.Equal(traced, tracing.Filter!(new DefaultHttpContext { Request = { Path = path } }));
    }
}
