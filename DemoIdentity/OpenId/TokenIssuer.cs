using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using PipelineAspire.DemoIdentity.People;

namespace PipelineAspire.DemoIdentity.OpenId;

/// <summary>Makes tokens, and reads its own.</summary>
internal sealed class TokenIssuer(SigningKey signingKey, PeopleDirectory people, TimeProvider clock, IOptions<DemoIdentityOptions> options)
{
    private const string AccessTokenType = "at+jwt"; // RFC 9068

    private static readonly string[] EveryPipeline = ["*"];
    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly SigningCredentials _credentials = new(signingKey.Key, SecurityAlgorithms.RsaSha256);

    /// <summary>How long a service's token is good.</summary>
    public static TimeSpan ServiceTokenLifetime { get; } = TimeSpan.FromHours(12);

    /// <summary>What tokens that are asked for here say who made them.</summary>
    public string IssuerFor(HttpRequest request) => options.Value.Issuer ?? $"{request.Scheme}://{request.Host}{request.PathBase}";

    /// <summary>Tells the client who has signed in.</summary>
    public string MakeIdToken(string issuer, Person person, string? nonce)
    {
        var claims = ClaimsOf(person);
        if (nonce is not null) claims[JwtRegisteredClaimNames.Nonce] = nonce;
        return Make(issuer, options.Value.ClientId, options.Value.TokenLifetime, claims, type: null);
    }

    /// <summary>Opens the resource servers to somebody, as far as the rights that he or she has now.</summary>
    public string MakeAccessToken(string issuer, Person person)
    {
        var claims = ClaimsOf(person);
        claims["client_id"] = options.Value.ClientId;
        return Make(issuer, options.Value.Audience, options.Value.TokenLifetime, claims, AccessTokenType);
    }

    /// <summary>Opens the resource servers to a service, which sees everything.</summary>
    public string MakeServiceToken(string issuer) => Make(
        issuer,
        options.Value.Audience,
        ServiceTokenLifetime,
        new Dictionary<string, object>(StringComparer.Ordinal)
        {
            [JwtRegisteredClaimNames.Sub] = options.Value.ServiceClientId,
            ["client_id"] = options.Value.ServiceClientId,
            ["pipelines"] = EveryPipeline,
        },
        AccessTokenType);

    /// <summary>Whose access token this is; null when it is no good one, or a service's.</summary>
    public async Task<Person?> ReadAccessTokenAsync(string issuer, string token)
    {
        var result = await Handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = issuer,
            ValidAudience = options.Value.Audience,
            ValidTypes = [AccessTokenType],
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
            IssuerSigningKey = signingKey.Key,
            LifetimeValidator = (_, expires, _, _) => expires > clock.GetUtcNow().UtcDateTime,
        });
        return result.IsValid ? people.Find(result.ClaimsIdentity.FindFirst(JwtRegisteredClaimNames.Sub)?.Value) : null;
    }

    private Dictionary<string, object> ClaimsOf(Person person) => new(StringComparer.Ordinal)
    {
        [JwtRegisteredClaimNames.Sub] = person.Sub,
        [JwtRegisteredClaimNames.Name] = person.Name,
        ["pipelines"] = people.RightsOf(person),
    };

    private string Make(string issuer, string audience, TimeSpan lifetime, Dictionary<string, object> claims, string? type)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return Handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + lifetime,
            Claims = claims,
            TokenType = type,
            SigningCredentials = _credentials,
        });
    }
}
