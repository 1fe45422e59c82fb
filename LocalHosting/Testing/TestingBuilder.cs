using System.Reflection;
using Aspire.Hosting;
using Aspire.Hosting.Testing;

namespace PipelineAspire.LocalHosting.Testing;

/// <summary>What AppHost.cs says, in the hands of a test: ports are free ones, and there is no dashboard.</summary>
internal sealed class TestingBuilder(string[] args, Assembly appHost)
    : DistributedApplicationBuilder([$"--{RandomizePorts}=true", .. args], appHost), IDistributedApplicationTestingBuilder
{
    private DistributedApplication? _built;
    private bool _handedOver;

    /// <summary>Called by AppHost.cs, where Main ends; called by the test after that, it builds.</summary>
    public override DistributedApplication Build()
    {
        if (_handedOver) return _built ??= base.Build();
        _handedOver = true;
        throw new EntryPoint.BuiltException(this);
    }

    public Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Build());
    }

    public void Dispose() => _built?.Dispose();

    public ValueTask DisposeAsync() => _built?.DisposeAsync() ?? ValueTask.CompletedTask;
}
