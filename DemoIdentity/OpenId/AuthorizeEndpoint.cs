using Microsoft.Extensions.Options;
using PipelineAspire.DemoIdentity.Pages;
using PipelineAspire.DemoIdentity.People;

namespace PipelineAspire.DemoIdentity.OpenId;

/// <summary>Signs somebody in: by a page with a button for each person, or without one where it is said who.</summary>
internal sealed class AuthorizeEndpoint(AuthorizationCodes codes, PeopleDirectory people, RedirectUris redirectUris, IOptions<DemoIdentityOptions> options)
{
    /// <summary>A browser comes from the client.</summary>
    public IResult Get(HttpRequest request)
    {
        var parameters = new Parameters(request.Query);
        return Check(parameters, out var target) ?? SignIn(parameters, target!);
    }

    /// <summary>A button of the page was pressed.</summary>
    public async Task<IResult> PostAsync(HttpRequest request)
    {
        if (await Parameters.ReadFormAsync(request) is not { } parameters) return SignInPage.Refuse("The page's form is asked for.");
        if (Check(parameters, out var target) is { } refusal) return refusal;
        return people.Find(parameters[SignInPage.PersonParameter]) is { } person ? GiveCode(parameters, target!, person) : SignInPage.Refuse("There is no such person.");
    }

    /// <summary>A refusal of what cannot go on. Whom it does not know it does not send a browser to.</summary>
    private IResult? Check(Parameters parameters, out RedirectTarget? target)
    {
        target = null;
        if (parameters["client_id"] != options.Value.ClientId) return SignInPage.Refuse("The client that sent you here is not known (client_id).");
        target = redirectUris.FindForCode(parameters["redirect_uri"]);
        if (target is null) return SignInPage.Refuse("The address that you would be sent back to is none of the client's (redirect_uri).");
        return FindError(parameters) is { } error ? SendBack(error, parameters, target) : null;
    }

    private static OAuthError? FindError(Parameters parameters)
    {
        if (parameters.HasRepeated) return OAuthError.InvalidRequest("A parameter comes twice.");
        if (parameters["response_type"] is null) return OAuthError.InvalidRequest("response_type is missing.");
        if (parameters["response_type"] != "code") return new("unsupported_response_type", "response_type must be code.");
        if (parameters["response_mode"] is not (null or "query")) return OAuthError.InvalidRequest("response_mode must be query.");
        if (parameters["scope"]?.Split(' ').Contains("openid") != true) return new("invalid_scope", "scope must have openid.");
        if (parameters["code_challenge_method"] != "S256") return OAuthError.InvalidRequest("code_challenge_method must be S256.");
        if (!ProofKey.IsChallenge(parameters["code_challenge"])) return OAuthError.InvalidRequest("code_challenge must be a SHA-256 hash in base64url.");
        return null;
    }

    private IResult SignIn(Parameters parameters, RedirectTarget target)
    {
        var prompts = parameters["prompt"]?.Split(' ') ?? [];
        var mustAsk = prompts.Contains("login") || prompts.Contains("select_account");
        var person = mustAsk ? null : people.Find(parameters["login_hint"]) ?? people.Find(options.Value.AutoSignIn);
        if (person is not null) return GiveCode(parameters, target, person);
        return prompts.Contains("none")
            ? SendBack(new("login_required", "Nobody is signed in here without being asked."), parameters, target)
            : SignInPage.Choose(people, parameters, target);
    }

    private SeeOther GiveCode(Parameters parameters, RedirectTarget target, Person person) =>
        codes.TryGive(new(person, parameters["redirect_uri"]!, parameters["code_challenge"]!, parameters["nonce"]), out var code)
            ? new SeeOther(target.With(("code", code), ("state", parameters["state"])))
            : SendBack(new("temporarily_unavailable", "Too many codes are open."), parameters, target);

    private static SeeOther SendBack(OAuthError error, Parameters parameters, RedirectTarget target) =>
        new(target.With(("error", error.Code), ("error_description", error.Description), ("state", parameters["state"])));
}
