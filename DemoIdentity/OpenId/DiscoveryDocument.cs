namespace PipelineAspire.DemoIdentity.OpenId;

/// <summary>Where everything is and what is understood here, as OpenID Connect Discovery has it.</summary>
/// <param name="issuer">What tokens say who made them.</param>
internal sealed class DiscoveryDocument(string issuer)
{
    private readonly string _address = issuer.TrimEnd('/');

    public string Issuer => issuer;

    public string AuthorizationEndpoint => $"{_address}/authorize";

    public string TokenEndpoint => $"{_address}/token";

    public string UserinfoEndpoint => $"{_address}/userinfo";

    public string EndSessionEndpoint => $"{_address}/logout";

    public string JwksUri => $"{_address}/jwks";

    public string[] ResponseTypesSupported { get; } = ["code"];

    public string[] ResponseModesSupported { get; } = ["query"];

    public string[] GrantTypesSupported { get; } = ["authorization_code", "client_credentials"];

    public string[] SubjectTypesSupported { get; } = ["public"];

    public string[] IdTokenSigningAlgValuesSupported { get; } = ["RS256"];

    public string[] TokenEndpointAuthMethodsSupported { get; } = ["client_secret_post", "client_secret_basic"];

    public string[] CodeChallengeMethodsSupported { get; } = ["S256"];

    public string[] ScopesSupported { get; } = ["openid", "profile"];

    public string[] ClaimsSupported { get; } = ["sub", "name", "pipelines"];

    public string[] PromptValuesSupported { get; } = ["none", "login", "select_account"];

    public bool RequestUriParameterSupported { get; }
}
