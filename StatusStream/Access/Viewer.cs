using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;

namespace PipelineAspire.StatusStream.Access;

/// <summary>Who asks: as limits count, and as rights are asked for.</summary>
/// <param name="Client">As limits count.</param>
/// <param name="User">Who is signed in; null for anybody.</param>
/// <param name="Expires">When the credentials run out; null for never.</param>
internal sealed record Viewer(ClientKey Client, ClaimsPrincipal? User = null, DateTimeOffset? Expires = null)
{
    private const string ExpirationClaim = "exp";

    /// <summary>The viewer of a request.</summary>
    public static Viewer Of(HttpContext context)
    {
        var client = ClientKey.Of(context);
        if (context.User.Identity is not { IsAuthenticated: true }) return new Viewer(client);
        var ticket = context.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties;
        return new Viewer(client, context.User, ticket?.ExpiresUtc ?? ExpirationOf(context.User));
    }

    /// <summary>How long credentials are good, in whole milliseconds; null for ever.</summary>
    public static long? ExpiresInMs(DateTimeOffset? expires, DateTimeOffset now) =>
        expires is { } end ? (long)Math.Max((end - now).TotalMilliseconds, 0) : null;

    /// <summary>True when the credentials of both are one person's, or neither has any.</summary>
    public bool IsSamePersonAs(Viewer other) =>
        User is null == other.User is null && (User is null || ClientKey.SubjectOf(User) == ClientKey.SubjectOf(other.User!));

    /// <summary>The same without tokens and what else a handler has hung to the identity: an open stream keeps it for hours.</summary>
    public Viewer Slim() => User is null ? this : this with { User = SlimOf(User) };

    /// <summary>The same without claims.</summary>
    public Viewer Bare() => User is null ? this : this with { User = null };

    private static ClaimsPrincipal SlimOf(ClaimsPrincipal user) => new(user.Identities.Select(static identity =>
    {
        var slim = new ClaimsIdentity(identity.AuthenticationType, identity.NameClaimType, identity.RoleClaimType);
        slim.AddClaims(identity.Claims.Select(claim => new Claim(claim.Type, claim.Value, valueType: null, issuer: null, originalIssuer: null, slim)));
        return slim;
    }));

    private static DateTimeOffset? ExpirationOf(ClaimsPrincipal user) =>
        long.TryParse(user.FindFirstValue(ExpirationClaim), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}
