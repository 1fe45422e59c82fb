using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Microsoft.AspNetCore.WebUtilities;
using PipelineAspire.DemoIdentity.People;

namespace PipelineAspire.DemoIdentity.OpenId;

/// <summary>What a code stands for.</summary>
/// <param name="Person">Who has signed in.</param>
/// <param name="RedirectUri">Where the code was sent, as it was asked for.</param>
/// <param name="CodeChallenge">What the code's verifier must hash to.</param>
/// <param name="Nonce">What the identity token repeats.</param>
internal sealed record Grant(Person Person, string RedirectUri, string CodeChallenge, string? Nonce);

/// <summary>Codes that were given out: each is good once, for 60 seconds. Thread-safe.</summary>
internal sealed class AuthorizationCodes(TimeProvider clock)
{
    private const int MaxOpen = 1000;
    private const int CodeBytes = 32;

    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (Grant Grant, long GivenAt)> _open = new(StringComparer.Ordinal);

    /// <returns>False when too many are open.</returns>
    public bool TryGive(Grant grant, [NotNullWhen(true)] out string? code)
    {
        code = null;
        lock (_lock)
        {
            foreach (var (old, (_, givenAt)) in _open)
            {
                if (IsOver(givenAt)) _open.Remove(old);
            }

            if (_open.Count >= MaxOpen) return false;
            code = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(CodeBytes));
            _open.Add(code, (grant, clock.GetTimestamp()));
            return true;
        }
    }

    /// <summary>What the code stands for. Whoever brings it, and whatever comes of it, it is used up.</summary>
    public bool TryTake(string code, [NotNullWhen(true)] out Grant? grant)
    {
        lock (_lock)
        {
            grant = _open.Remove(code, out var found) && !IsOver(found.GivenAt) ? found.Grant : null;
            return grant is not null;
        }
    }

    private bool IsOver(long givenAt) => clock.GetElapsedTime(givenAt) >= Lifetime;
}
