using Microsoft.Extensions.Options;

namespace PipelineAspire.FakePipelineBackend.Pipelines;

/// <summary>Makes the pipelines of <see cref="FakeBackendOptions.Pipelines"/> before the first request is accepted.</summary>
internal sealed class StartingPipelines(PipelineRegistry pipelines, IOptions<FakeBackendOptions> options) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var id in options.Value.Pipelines) pipelines.Set(id, PipelineStates.Running);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
