using PipelineAspire.Processes;
using PipelineAspire.StatusStream.Tests.Access.Rights.Matrix;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.Web.Tests.Account.Matrix;

/// <summary>The matrix through Web, for people.</summary>
[Collection(nameof(GuardedWebs))]
public sealed class SessionMatrixTests(GuardedWebs webs) : AccessMatrix(webs.BySession);

/// <summary>The matrix through Web, for programs.</summary>
[Collection(nameof(GuardedWebs))]
public sealed class TokenMatrixTests(GuardedWebs webs) : AccessMatrix(webs.ByToken);

/// <summary>Two Webs of one hub, which take sessions and tokens; the hub takes other tokens.</summary>
[CollectionDefinition(nameof(GuardedWebs))]
public sealed class GuardedWebs : IAsyncLifetime, ICollectionFixture<GuardedWebs>
{
    private readonly Tokens _tokens = new();
    private readonly Tokens _upstreamTokens = new();
    private readonly HostRights _rights = new();
    private RunningApi? _hub;
    private WebUnderTest? _byClaims;
    private WebUnderTest? _byAuthorizer;

    internal GuardedWay BySession { get; private set; } = null!;

    internal GuardedWay ByToken { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _hub = await MatrixHub.StartAsync(_upstreamTokens);
        (string, string)[] settings =
        [
            .. _tokens.Settings, .. MatrixHub.Settings, .. NoLimits.Settings.Select(setting => (setting.Key, setting.Value)),
            ("StatusStreamApi:BaseUrl", _hub.Url.ToString()), ("StatusStream:UpstreamToken", _upstreamTokens.Of("web", ["*"])),
            ("StatusStream:PollInterval", "00:00:00.050"),
            ("Authentication:Schemes:OpenIdConnect:Authority", "https://idp.example"), ("Authentication:Schemes:OpenIdConnect:ClientId", "web"),
        ];
        _byClaims = WebUnderTest.Start(settings);
        _byAuthorizer = WebUnderTest.Start(_rights.AddTo, settings);
        BySession = new GuardedWay(Host(_byClaims, new SessionCredentials(_byClaims.Services)), Host(_byAuthorizer, new SessionCredentials(_byAuthorizer.Services), _rights));
        ByToken = new GuardedWay(Host(_byClaims, new TokenCredentials(_tokens)), Host(_byAuthorizer, new TokenCredentials(_tokens), _rights));
    }

    public async Task DisposeAsync()
    {
        BySession?.Dispose();
        ByToken?.Dispose();
        if (_byClaims is not null) await _byClaims.DisposeAsync();
        if (_byAuthorizer is not null) await _byAuthorizer.DisposeAsync();
        if (_hub is not null) await _hub.DisposeAsync();
    }

    private GuardedHost Host(WebUnderTest web, ICredentials credentials, HostRights? rights = null) =>
        new(web.Address, web.Services, _hub!.Backend, credentials, rights);
}
