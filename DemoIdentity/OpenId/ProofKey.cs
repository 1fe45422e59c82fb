using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace PipelineAspire.DemoIdentity.OpenId;

/// <summary>Proof Key for Code Exchange, method S256 (RFC 7636): who brings a code shows that it asked for it.</summary>
internal static class ProofKey
{
    private const int ChallengeLength = 43; // of 32 bytes in base64url
    private const int LongestVerifier = 128;

    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static readonly SearchValues<char> ChallengeLetters = SearchValues.Create(Letters);
    private static readonly SearchValues<char> VerifierLetters = SearchValues.Create(Letters + ".~");

    public static bool IsChallenge(string? text) => text?.Length == ChallengeLength && !text.AsSpan().ContainsAnyExcept(ChallengeLetters);

    public static bool IsVerifier(string? text) =>
        text is { Length: >= ChallengeLength and <= LongestVerifier } && !text.AsSpan().ContainsAnyExcept(VerifierLetters);

    public static bool Matches(string verifier, string challenge) =>
        WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))) == challenge;
}
