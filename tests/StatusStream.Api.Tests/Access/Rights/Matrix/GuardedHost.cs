using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Access.Rights.Matrix;

/// <summary>A host as people come to it.</summary>
/// <param name="address">Where it is.</param>
/// <param name="services">What it is made of.</param>
/// <param name="backend">What it tells of.</param>
/// <param name="credentials">How people show it who they are.</param>
/// <param name="rights">Says who may see what; null for their claims.</param>
internal sealed class GuardedHost(Uri address, IServiceProvider services, KestrelBackend backend, ICredentials credentials, HostRights? rights) : IDisposable
{
    private const string Ann = "ann";
    private const string Bob = "bob";
    private const string Carl = "carl";

    /// <summary>Where somebody might look for credentials in a URL.</summary>
    private static readonly string[] QueryNames = ["access_token", "token", "bearer", "authorization", "session", "__Host-pipelines"];

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = address, Timeout = Patience.Limit };

    public IServiceProvider Services => services;

    public KestrelBackend Backend => backend;

    public HostRights? Rights => rights;

    /// <summary>The person who may see <see cref="MatrixHub.Mine"/>.</summary>
    public Caller RightPerson => SignIn(Ann, MatrixHub.Mine);

    /// <summary>The person who may see others.</summary>
    public Caller OtherPerson => SignIn(Bob, MatrixHub.Theirs, MatrixHub.Missing);

    /// <summary>A person who may see <see cref="MatrixHub.Mine"/> until that is withdrawn.</summary>
    public Caller PersonForAWhile => SignIn(Carl, MatrixHub.Mine);

    /// <summary>Whoever has the key of notifications.</summary>
    public Caller KeyHolder => new(_http, ("Authorization", $"Bearer {MatrixHub.NotifyKey}"));

    /// <summary>Nobody, with what would be the right person's credentials.</summary>
    public Caller Nobody(Flaw flaw)
    {
        var flawed = credentials.Flawed(flaw, Ann, MatrixHub.Mine);
        return flaw switch
        {
            Flaw.Missing => new Caller(_http, header: null),
            Flaw.InTheUrl => new Caller(_http, header: null, string.Join('&', QueryNames.Select(name => $"{name}={Uri.EscapeDataString(flawed)}"))),
            _ => new Caller(_http, credentials.Header(flawed)),
        };
    }

    /// <summary>Takes the right from the person who had it for a while: where claims say it, with new credentials.</summary>
    /// <param name="before">That person.</param>
    public Caller Withdraw(Caller before)
    {
        var after = SignIn(Carl);
        return rights is null ? after : before;
    }

    public void Dispose() => _http.Dispose();

    private Caller SignIn(string subject, params string[] pipelines)
    {
        rights?.Set(subject, pipelines);
        return new Caller(_http, credentials.Header(credentials.Of(subject, rights is null ? pipelines : [])));
    }
}
