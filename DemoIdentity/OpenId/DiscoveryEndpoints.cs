namespace PipelineAspire.DemoIdentity.OpenId;

/// <summary>What clients and resource servers read first: where everything is, and what tokens are signed with.</summary>
internal sealed class DiscoveryEndpoints(TokenIssuer tokens, SigningKey signingKey)
{
    public IResult GetConfiguration(HttpRequest request)
    {
        var issuer = tokens.IssuerFor(request);
        var address = issuer.TrimEnd('/');
        return TypedResults.Json(new
        {
            issuer,
            authorization_endpoint = $"{address}/authorize",
            token_endpoint = $"{address}/token",
            userinfo_endpoint = $"{address}/userinfo",
            end_session_endpoint = $"{address}/logout",
            jwks_uri = $"{address}/jwks",
            response_types_supported = new[] { "code" },
            response_modes_supported = new[] { "query" },
            grant_types_supported = new[] { "authorization_code", "client_credentials" },
            subject_types_supported = new[] { "public" },
            id_token_signing_alg_values_supported = new[] { "RS256" },
            token_endpoint_auth_methods_supported = new[] { "client_secret_post", "client_secret_basic" },
            code_challenge_methods_supported = new[] { "S256" },
            scopes_supported = new[] { "openid", "profile" },
            claims_supported = new[] { "sub", "name", "pipelines" },
            prompt_values_supported = new[] { "none", "login", "select_account" },
            request_parameter_supported = false,
            request_uri_parameter_supported = false,
        });
    }

    public IResult GetKeys() => TypedResults.Json(new { keys = new[] { signingKey.ToJsonWebKey() } });
}
