using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace PipelineAspire.DemoIdentity.Tests.Hosting;

/// <summary>One sign-in as a client does it, with whatever a test wants to be wrong about it.</summary>
internal sealed class SignIn(RunningIdentity identity)
{
    public const string Callback = "http://localhost:5080/signin-oidc";

    public string Verifier { get; } = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));

    /// <summary>What is asked with. A null leaves the parameter out.</summary>
    public Dictionary<string, string?> Request(params (string Name, string? Value)[] changes)
    {
        var parameters = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["client_id"] = "web",
            ["response_type"] = "code",
            ["redirect_uri"] = Callback,
            ["scope"] = "openid profile",
            ["state"] = "a state & more",
            ["nonce"] = "a nonce",
            ["code_challenge"] = WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))),
            ["code_challenge_method"] = "S256",
        };
        foreach (var (name, value) in changes) parameters[name] = value;
        return parameters;
    }

    public Task<HttpResponseMessage> AuthorizeAsync(params (string Name, string? Value)[] changes) =>
        identity.Http.GetAsync(QueryHelpers.AddQueryString("/authorize", Request(changes).Where(static pair => pair.Value is not null)));

    /// <summary>Presses somebody's button.</summary>
    public Task<HttpResponseMessage> PressAsync(string person, params (string Name, string Value)[] headers) =>
        identity.PostFormAsync("/authorize", Request(("person", person)).ToDictionary(static pair => pair.Key, static pair => pair.Value!), headers);

    /// <summary>The code that somebody's button leads to.</summary>
    public async Task<string> CodeAsync(string person)
    {
        using var answer = await PressAsync(person);
        return Redirected(answer)["code"];
    }

    public Task<HttpResponseMessage> RedeemAsync(string code, params (string Name, string? Value)[] changes)
    {
        var form = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["grant_type"] = "authorization_code",
            ["client_id"] = "web",
            ["client_secret"] = RunningIdentity.ClientSecret,
            ["code"] = code,
            ["redirect_uri"] = Callback,
            ["code_verifier"] = Verifier,
        };
        foreach (var (name, value) in changes) form[name] = value;
        return identity.PostFormAsync("/token", form.Where(static pair => pair.Value is not null).ToDictionary(static pair => pair.Key, static pair => pair.Value!));
    }

    /// <summary>All of it, for somebody.</summary>
    public async Task<JsonElement> TokensAsync(string person)
    {
        using var answer = await RedeemAsync(await CodeAsync(person));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.JsonAsync();
    }

    /// <summary>What a browser takes along to the callback.</summary>
    public static Dictionary<string, string> Redirected(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        var location = answer.Headers.Location!;
        Assert.Equal(Callback, location.GetLeftPart(UriPartial.Path));
        return QueryHelpers.ParseQuery(location.Query).ToDictionary(static pair => pair.Key, static pair => pair.Value.ToString());
    }
}
