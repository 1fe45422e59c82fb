using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Access.Rights.Matrix;

/// <summary>The matrix at the hub itself.</summary>
public sealed class DirectMatrixTests(DirectHubs hubs) : AccessMatrix(hubs.Way), IClassFixture<DirectHubs>;

/// <summary>Two hubs with a backend each.</summary>
public sealed class DirectHubs : IAsyncLifetime
{
    private readonly Tokens _tokens = new();
    private readonly HostRights _rights = new();
    private RunningApi? _byClaims;
    private RunningApi? _byAuthorizer;

    internal GuardedWay Way { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _byClaims = await MatrixHub.StartAsync(_tokens);
        _byAuthorizer = await MatrixHub.StartAsync(_tokens, _rights);
        Way = new GuardedWay(Host(_byClaims, rights: null), Host(_byAuthorizer, _rights));
    }

    public async Task DisposeAsync()
    {
        Way?.Dispose();
        if (_byClaims is not null) await _byClaims.DisposeAsync();
        if (_byAuthorizer is not null) await _byAuthorizer.DisposeAsync();
    }

    private GuardedHost Host(RunningApi hub, HostRights? rights) => new(hub.Url, hub.App.Services, hub.Backend, new TokenCredentials(_tokens), rights);
}
