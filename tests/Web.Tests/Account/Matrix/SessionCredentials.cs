using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using PipelineAspire.StatusStream.Tests.Access.Rights.Matrix;
using PipelineAspire.Web.Account;

namespace PipelineAspire.Web.Tests.Account.Matrix;

/// <summary>Sessions, as Web keeps them in its cookie.</summary>
/// <param name="web">The site that they are of.</param>
internal sealed class SessionCredentials(IServiceProvider web) : ICredentials
{
    /// <summary>What the cookie of a site is protected for: by ASP.NET Core, for this scheme, in this form.</summary>
    private static readonly string[] Purposes =
        ["Microsoft.AspNetCore.Authentication.Cookies.CookieAuthenticationMiddleware", CookieAuthenticationDefaults.AuthenticationScheme, "v2"];

    private readonly IDataProtectionProvider _keys = web.GetRequiredService<IDataProtectionProvider>();

    public (string Name, string Value) Header(string credentials) => ("Cookie", $"{SignInSetup.CookieName}={credentials}");

    public string Of(string subject, params string[] pipelines) => Protect(_keys, Purposes, Ticket(subject, pipelines, TimeSpan.FromHours(1)));

    public string Flawed(Flaw flaw, string subject, params string[] pipelines) => flaw switch
    {
        Flaw.Nonsense => "nonsense",
        Flaw.Expired => Protect(_keys, Purposes, Ticket(subject, pipelines, TimeSpan.FromSeconds(-10))),
        Flaw.OfAnotherAudience => Protect(_keys, [Purposes[0], "AnotherScheme", Purposes[2]], Ticket(subject, pipelines, TimeSpan.FromHours(1))),
        Flaw.OfAnotherKey => Protect(new EphemeralDataProtectionProvider(), Purposes, Ticket(subject, pipelines, TimeSpan.FromHours(1))),
        Flaw.Unsigned => WebEncoders.Base64UrlEncode(TicketSerializer.Default.Serialize(Ticket(subject, pipelines, TimeSpan.FromHours(1)))),
        _ => Of(subject, pipelines),
    };

    private static string Protect(IDataProtectionProvider keys, string[] purposes, AuthenticationTicket ticket) =>
        new TicketDataFormat(keys.CreateProtector(purposes)).Protect(ticket);

    private static AuthenticationTicket Ticket(string subject, string[] pipelines, TimeSpan expiresIn)
    {
        var now = TimeProvider.System.GetUtcNow();
        var claims = pipelines.Select(static id => new Claim("pipelines", id)).Prepend(new Claim("sub", subject));
        return new AuthenticationTicket(
            new ClaimsPrincipal(new ClaimsIdentity(claims, CookieAuthenticationDefaults.AuthenticationScheme)),
            new AuthenticationProperties { IssuedUtc = now - TimeSpan.FromMinutes(1), ExpiresUtc = now + expiresIn },
            CookieAuthenticationDefaults.AuthenticationScheme);
    }
}
