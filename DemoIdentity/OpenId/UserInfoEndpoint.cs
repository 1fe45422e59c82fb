using PipelineAspire.DemoIdentity.People;

namespace PipelineAspire.DemoIdentity.OpenId;

/// <summary>Tells who brings an access token who it is about, with the rights as they are now.</summary>
internal sealed class UserInfoEndpoint(TokenIssuer tokens, PeopleDirectory people)
{
    public async Task<IResult> GetAsync(HttpRequest request)
    {
        var headers = request.HttpContext.Response.Headers;
        headers.CacheControl = "no-store";
        var token = ClientAuthentication.BearerOf(request);
        if (token is not null && await tokens.ReadAccessTokenAsync(tokens.IssuerFor(request), token) is { } person)
            return TypedResults.Json(new { sub = person.Sub, name = person.Name, pipelines = people.RightsOf(person) });

        headers.WWWAuthenticate = token is null ? "Bearer" : "Bearer error=\"invalid_token\"";
        return TypedResults.Problem("The access token of a person is asked for.", statusCode: StatusCodes.Status401Unauthorized);
    }
}
