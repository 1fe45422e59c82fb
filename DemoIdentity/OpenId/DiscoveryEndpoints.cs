using System.Text.Json;

namespace PipelineAspire.DemoIdentity.OpenId;

/// <summary>What clients and resource servers read first: where everything is, and what tokens are signed with.</summary>
internal sealed class DiscoveryEndpoints(TokenIssuer tokens, SigningKey signingKey)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public IResult GetConfiguration(HttpRequest request) => TypedResults.Json(new DiscoveryDocument(tokens.IssuerFor(request)), Json);

    public IResult GetKeys() => TypedResults.Json(new { keys = new[] { signingKey.ToJsonWebKey() } });
}
