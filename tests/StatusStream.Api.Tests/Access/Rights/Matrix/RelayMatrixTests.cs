using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Access.Rights.Matrix;

/// <summary>The matrix at a relay.</summary>
public sealed class RelayMatrixTests(Relays relays) : AccessMatrix(relays.Way), IClassFixture<Relays>;

/// <summary>Two relays of one hub, which takes other tokens than they do.</summary>
public sealed class Relays : IAsyncLifetime
{
    private readonly Tokens _tokens = new();
    private readonly Tokens _upstreamTokens = new();
    private readonly HostRights _rights = new();
    private RunningApi? _hub;
    private RunningApi? _byClaims;
    private RunningApi? _byAuthorizer;

    internal GuardedWay Way { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _hub = await MatrixHub.StartAsync(_upstreamTokens);
        (string, string)[] settings =
        [
            .. _tokens.Settings, .. MatrixHub.Settings,
            ("StatusStream:Upstream", _hub.Url.ToString()), ("StatusStream:UpstreamToken", _upstreamTokens.Of("relay", ["*"])),
        ];
        _byClaims = await RunningApi.StartAsync(settings);
        _byAuthorizer = await RunningApi.StartAsync(_rights.AddTo, settings);
        Way = new GuardedWay(Host(_byClaims, rights: null), Host(_byAuthorizer, _rights));
    }

    public async Task DisposeAsync()
    {
        Way?.Dispose();
        if (_byClaims is not null) await _byClaims.DisposeAsync();
        if (_byAuthorizer is not null) await _byAuthorizer.DisposeAsync();
        if (_hub is not null) await _hub.DisposeAsync();
    }

    private GuardedHost Host(RunningApi relay, HostRights? rights) => new(relay.Url, relay.App.Services, _hub!.Backend, new TokenCredentials(_tokens), rights);
}
