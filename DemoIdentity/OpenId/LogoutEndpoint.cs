using PipelineAspire.DemoIdentity.Pages;

namespace PipelineAspire.DemoIdentity.OpenId;

/// <summary>Sends who has signed out back to the client. There is no session here that could be ended.</summary>
internal sealed class LogoutEndpoint(RedirectUris redirectUris)
{
    public IResult Get(HttpRequest request)
    {
        var parameters = new Parameters(request.Query);
        if (!request.Query.ContainsKey("post_logout_redirect_uri")) return SignInPage.SignedOut();
        return redirectUris.FindForSignedOut(parameters["post_logout_redirect_uri"]) is { } target
            ? new SeeOther(target.With(("state", parameters["state"])))
            : SignInPage.Refuse("You are signed out. The address that you would be sent to is none of the client's (post_logout_redirect_uri).");
    }
}
