using System.Security.Cryptography;
using System.Text;

namespace PipelineAspire.LocalHosting.Dashboard.Access;

/// <summary>Drawn anew for every run of the AppHost, 128 bits each.</summary>
internal sealed class Secrets
{
    /// <summary>In the address that the terminal shows; whoever has it is let in.</summary>
    public string LoginToken { get; } = Draw();

    /// <summary>In the cookie of those who were let in.</summary>
    public string Session { get; } = Draw();

    /// <summary>In every page, and in every request that does something: other sites cannot read it.</summary>
    public string Antiforgery { get; } = Draw();

    /// <summary>Takes as long for a wrong value as for the right one.</summary>
    public static bool Same(string? given, string secret) =>
        given is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(secret));

    private static string Draw() => RandomNumberGenerator.GetHexString(32, lowercase: true);
}
