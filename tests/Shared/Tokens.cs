using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace PipelineAspire.Tests.Shared;

/// <summary>Makes tokens as <c>dotnet user-jwts</c> does, and the settings of a host that takes them.</summary>
internal sealed class Tokens
{
    private const string Issuer = "dotnet-user-jwts";
    private const string Audience = "http://statusstream";

    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    public (string Name, string Value)[] Settings =>
    [
        ("Authentication:Schemes:Bearer:ValidAudiences:0", Audience),
        ("Authentication:Schemes:Bearer:ValidIssuer", Issuer),
        ("Authentication:Schemes:Bearer:SigningKeys:0:Issuer", Issuer),
        ("Authentication:Schemes:Bearer:SigningKeys:0:Id", "test"),
        ("Authentication:Schemes:Bearer:SigningKeys:0:Value", Convert.ToBase64String(_key)),
        ("Authentication:Schemes:Bearer:SigningKeys:0:Length", "32"),
    ];

    /// <summary>A token of somebody.</summary>
    /// <param name="subject">Who.</param>
    /// <param name="pipelines">What its claim <c>pipelines</c> has.</param>
    /// <param name="expiresIn">How long it is good; may be over already.</param>
    /// <param name="audience">Whom it is for.</param>
    public string Of(string subject, string[] pipelines, TimeSpan? expiresIn = null, string audience = Audience)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        return Handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = audience,
            IssuedAt = now.AddHours(-1),
            NotBefore = now.AddHours(-1),
            Expires = now + (expiresIn ?? TimeSpan.FromHours(1)),
            Claims = new Dictionary<string, object>(StringComparer.Ordinal) { ["sub"] = subject, ["pipelines"] = pipelines },
            SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(_key) { KeyId = "test" }, SecurityAlgorithms.HmacSha256),
        });
    }

    /// <summary>A token that nobody has signed and that says so.</summary>
    public string Unsigned(string subject, params string[] pipelines)
    {
        var body = Of(subject, pipelines).Split('.')[1];
        return $"{WebEncoders.Base64UrlEncode(Encoding.ASCII.GetBytes("""{"alg":"none","typ":"JWT"}"""))}.{body}.";
    }
}
