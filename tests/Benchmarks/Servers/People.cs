using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace PipelineAspire.Benchmarks.Servers;

/// <summary>A person for each stream, with rights of its own, and the settings of a replica that asks for their tokens.</summary>
internal sealed class People
{
    private const string Scheme = "Authentication__Schemes__Bearer__";
    private const string Issuer = "benchmarks";
    private const string Audience = "statusstream";

    private readonly JsonWebTokenHandler _handler = new();
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentDictionary<int, string> _tokens = new();

    /// <summary>Adds what a replica needs to know them.</summary>
    public void AddTo(IDictionary<string, string> settings)
    {
        settings[Scheme + "ValidIssuer"] = Issuer;
        settings[Scheme + "ValidAudiences__0"] = Audience;
        settings[Scheme + "SigningKeys__0__Issuer"] = Issuer;
        settings[Scheme + "SigningKeys__0__Value"] = Convert.ToBase64String(_key);
    }

    /// <summary>The token of a person, made once.</summary>
    public string TokenOf(int person) => _tokens.GetOrAdd(person, Make);

    private string Make(int person)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"person-{person}");
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Audience,
            Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(2),
            Claims = new Dictionary<string, object>(StringComparer.Ordinal) { ["sub"] = name, ["pipelines"] = new[] { "bench-*", name + "-*" } },
            SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(_key), SecurityAlgorithms.HmacSha256),
        });
    }
}
