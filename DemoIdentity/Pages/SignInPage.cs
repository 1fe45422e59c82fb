using PipelineAspire.DemoIdentity.OpenId;
using PipelineAspire.DemoIdentity.People;

namespace PipelineAspire.DemoIdentity.Pages;

/// <summary>A button for each person, and the pages of a sign-in that does not go on.</summary>
internal static class SignInPage
{
    /// <summary>The parameter that says whose button was pressed.</summary>
    public const string PersonParameter = "person";

    /// <param name="people">Who can be chosen.</param>
    /// <param name="parameters">What was asked with, asked again with the choice.</param>
    /// <param name="target">Where the choice will lead.</param>
    public static Page Choose(PeopleDirectory people, Parameters parameters, RedirectTarget target) => new("Who are you today?", Html.Of($"""
        <p class="lead">Choose, and go on to <strong>{target.Host}</strong>.</p>
        <form class="choices" method="post" action="/authorize">
          {Html.Join(parameters.Where(static parameter => parameter.Key != PersonParameter).Select(static parameter => Html.Of($"""<input type="hidden" name="{parameter.Key}" value="{parameter.Value}">""")))}
          {Html.Join(people.All.Select(person => Choice(person, people.RightsOf(person))))}
        </form>
        """), formTarget: target.Source);

    /// <summary>What is told to the person, since nobody else can be trusted to be told.</summary>
    public static Page Refuse(string reason) => new("This sign-in cannot go on", Html.Of($"""
        <p class="lead">{reason}</p>
        """), StatusCodes.Status400BadRequest);

    public static Page SignedOut() => new("Signed out", Html.Of($"""
        <p class="lead">There is nothing here to forget: who comes back chooses again.</p>
        """));

    private static Html Choice(Person person, string[] rights) => Html.Of($"""
        <button class="choice" name="{PersonParameter}" value="{person.Sub}" aria-describedby="rights-{person.Sub}">Continue as {person.Name}</button>
        <p class="muted" id="rights-{person.Sub}">{Describe(rights)}</p>
        """);

    private static Html Describe(string[] rights) => rights switch
    {
        [] => Html.Of($"sees no pipeline now"),
        _ when rights.Contains("*") => Html.Of($"sees every pipeline"),
        _ => Html.Of($"sees {Html.Join(rights.Select(static right => Html.Of($"<code>{right}</code> ")))}"),
    };
}
