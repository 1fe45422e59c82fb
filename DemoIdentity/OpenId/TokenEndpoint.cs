using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace PipelineAspire.DemoIdentity.OpenId;

/// <summary>Gives tokens: for a code, and to a service that shows who it is.</summary>
internal sealed class TokenEndpoint(AuthorizationCodes codes, ClientAuthentication clients, TokenIssuer tokens, IOptions<DemoIdentityOptions> options)
{
    public async Task<IResult> PostAsync(HttpRequest request)
    {
        var headers = request.HttpContext.Response.Headers;
        headers.CacheControl = "no-store";
        if (await Parameters.ReadFormAsync(request) is not { HasRepeated: false } form)
            return OAuthError.InvalidRequest("A form is asked for, in which no parameter comes twice.").ToResult();
        if (clients.Authenticate(request, form) is not { } clientId)
        {
            headers.WWWAuthenticate = "Basic";
            return new OAuthError("invalid_client", "The client does not show who it is.").ToResult(StatusCodes.Status401Unauthorized);
        }

        var issuer = tokens.IssuerFor(request);
        return form["grant_type"] switch
        {
            null => OAuthError.InvalidRequest("grant_type is missing.").ToResult(),
            "authorization_code" when clientId == options.Value.ClientId => Redeem(form, issuer),
            "client_credentials" when clientId == options.Value.ServiceClientId => Answer(tokens.MakeServiceToken(issuer), TokenIssuer.ServiceTokenLifetime),
            "authorization_code" or "client_credentials" => new OAuthError("unauthorized_client", "This grant_type is another client's.").ToResult(),
            _ => new OAuthError("unsupported_grant_type", "grant_type must be authorization_code or client_credentials.").ToResult(),
        };
    }

    private IResult Redeem(Parameters form, string issuer)
    {
        if (form["code"] is not { } code) return OAuthError.InvalidRequest("code is missing.").ToResult();
        if (!codes.TryTake(code, out var grant)) return OAuthError.InvalidGrant("The code is not known, was used, or is over.").ToResult();
        if (form["redirect_uri"] != grant.RedirectUri) return OAuthError.InvalidGrant("The code was sent to another redirect_uri.").ToResult();
        if (form["code_verifier"] is not { } verifier || !ProofKey.IsVerifier(verifier))
            return OAuthError.InvalidRequest("code_verifier must be 43 to 128 unreserved letters.").ToResult();
        if (!ProofKey.Matches(verifier, grant.CodeChallenge)) return OAuthError.InvalidGrant("code_verifier does not fit the code_challenge.").ToResult();
        return Answer(
            tokens.MakeAccessToken(issuer, grant.Person), options.Value.TokenLifetime, tokens.MakeIdToken(issuer, grant.Person, grant.Nonce));
    }

    private static JsonHttpResult<Dictionary<string, object>> Answer(string accessToken, TimeSpan lifetime, string? idToken = null)
    {
        var answer = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["access_token"] = accessToken,
            ["token_type"] = "Bearer",
            ["expires_in"] = (int)lifetime.TotalSeconds,
        };
        if (idToken is not null) answer["id_token"] = idToken;
        return TypedResults.Json(answer);
    }
}
