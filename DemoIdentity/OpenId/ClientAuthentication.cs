using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace PipelineAspire.DemoIdentity.OpenId;

/// <summary>Clients show who they are by their secret: in a form, as basic credentials, or as bearer token where rights are asked for.</summary>
internal sealed class ClientAuthentication(IOptions<DemoIdentityOptions> options)
{
    /// <summary>The id of the client that asks for a token; null when it does not show who it is, or does so in two ways.</summary>
    public string? Authenticate(HttpRequest request, Parameters form)
    {
        var (id, secret) = (form["client_id"], form["client_secret"]);
        if (request.Headers.Authorization.Count > 0)
        {
            if (secret is not null || !TryReadBasic(request, out var basic) || (id is not null && id != basic.Id)) return null;
            (id, secret) = basic;
        }

        var expected = id == options.Value.ClientId ? options.Value.ClientSecret
            : id == options.Value.ServiceClientId ? options.Value.ServiceClientSecret
            : null;
        return expected is not null && secret is not null && AreEqual(secret, expected) ? id : null;
    }

    /// <summary>True when the secret of the client that signs people in comes as bearer token.</summary>
    public bool HasClientSecret(HttpRequest request) => BearerOf(request) is { } secret && AreEqual(secret, options.Value.ClientSecret);

    /// <summary>The bearer token of a request, or null.</summary>
    public static string? BearerOf(HttpRequest request) => FindCredentials(request, "Bearer");

    private static bool TryReadBasic(HttpRequest request, out (string Id, string Secret) basic)
    {
        basic = default;
        if (FindCredentials(request, "Basic") is not { } credentials) return false;
        var bytes = new byte[credentials.Length];
        if (!Convert.TryFromBase64String(credentials, bytes, out var count)) return false;
        if (Encoding.UTF8.GetString(bytes, 0, count).Split(':', 2) is not [var id, var secret]) return false;
        basic = (FormDecode(id), FormDecode(secret)); // RFC 6749, 2.3.1
        return true;
    }

    private static string? FindCredentials(HttpRequest request, string scheme) =>
        AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header) && header.Scheme.Equals(scheme, StringComparison.OrdinalIgnoreCase)
            ? header.Parameter
            : null;

    private static string FormDecode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    private static bool AreEqual(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));
}
