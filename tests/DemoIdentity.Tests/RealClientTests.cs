using System.Net;
using System.Net.Http.Headers;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PipelineAspire.DemoIdentity.Tests.Hosting;

namespace PipelineAspire.DemoIdentity.Tests;

public class RealClientTests
{
    [Fact]
    public async Task AspNetCoresOwnClientSignsSomebodyInAndItsOwnResourceServerTakesTheToken()
    {
        await using var identity = await RunningIdentity.StartAsync(("DemoIdentity:AutoSignIn", "ben"));
        identity.Clock.SetUtcNow(TimeProvider.System.GetUtcNow()); // which is what the framework's handlers go by
        await using var client = Client(identity.Address);
        await client.StartAsync();
        using var browser = new HttpClient { BaseAddress = new Uri(client.Urls.Single()) };

        using var answer = await browser.GetAsync("/me");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var me = await answer.JsonAsync();
        Assert.Equal("ben", me.GetProperty("sub").GetString());
        Assert.Equal("Ben", me.GetProperty("name").GetString());
        Assert.Contains("orders-*", RunningIdentity.PipelinesOf(me));

        using var request = new HttpRequestMessage(HttpMethod.Get, "/resource");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", me.GetProperty("token").GetString());
        Assert.Equal("ben", await (await browser.SendAsync(request)).Content.ReadAsStringAsync());

        using var signedOut = await browser.GetAsync("/sign-out");
        Assert.Equal("/signed-out", signedOut.RequestMessage!.RequestUri!.AbsolutePath);
    }

    /// <summary>An application that signs people in, and takes their access tokens, as the framework's documentation has it.</summary>
    private static WebApplication Client(string authority)
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=None"]);
        builder.Services.AddAuthorization();
        builder.Services.AddAuthentication(options =>
        {
            options.DefaultScheme = CookieAuthenticationDefaults.AuthenticationScheme;
            options.DefaultChallengeScheme = OpenIdConnectDefaults.AuthenticationScheme;
        }).AddCookie().AddJwtBearer(options =>
        {
            options.Authority = authority;
            options.RequireHttpsMetadata = false;
            options.Audience = "statusstream";
            options.MapInboundClaims = false;
        }).AddOpenIdConnect(options =>
        {
            options.Authority = authority;
            options.RequireHttpsMetadata = false;
            options.ClientId = "web";
            options.ClientSecret = RunningIdentity.ClientSecret;
            options.ResponseType = "code";
            options.ResponseMode = "query";
            options.MapInboundClaims = false;
            options.SaveTokens = true;
            options.GetClaimsFromUserInfoEndpoint = true;
            options.SignedOutRedirectUri = "/signed-out";
            options.CorrelationCookie.SecurePolicy = CookieSecurePolicy.None; // the test's browser has no https
            options.NonceCookie.SecurePolicy = CookieSecurePolicy.None;
        });
        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/me", async (HttpContext context) => new
        {
            sub = context.User.FindFirstValue("sub"),
            name = context.User.FindFirstValue("name"),
            pipelines = context.User.FindAll("pipelines").Select(static claim => claim.Value).ToArray(),
            token = await context.GetTokenAsync("access_token"),
        }).RequireAuthorization();
        app.MapGet("/resource", (ClaimsPrincipal user) => user.FindFirstValue("sub")!)
            .RequireAuthorization(policy => policy.AddAuthenticationSchemes(JwtBearerDefaults.AuthenticationScheme).RequireAuthenticatedUser());
        app.MapGet("/sign-out", () => TypedResults.SignOut(authenticationSchemes: [CookieAuthenticationDefaults.AuthenticationScheme, OpenIdConnectDefaults.AuthenticationScheme]));
        app.MapGet("/signed-out", () => "bye");
        return app;
    }
}
