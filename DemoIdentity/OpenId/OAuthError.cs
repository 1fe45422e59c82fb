namespace PipelineAspire.DemoIdentity.OpenId;

/// <summary>What OAuth calls an error, with a sentence for who looks for its cause.</summary>
internal sealed record OAuthError(string Code, string Description)
{
    public static OAuthError InvalidRequest(string description) => new("invalid_request", description);

    public static OAuthError InvalidGrant(string description) => new("invalid_grant", description);

    /// <summary>The error as the token endpoint answers it.</summary>
    public IResult ToResult(int statusCode = StatusCodes.Status400BadRequest) =>
        TypedResults.Json(new { error = Code, error_description = Description }, statusCode: statusCode);
}
