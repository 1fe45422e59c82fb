using PipelineAspire.DemoIdentity.OpenId;
using PipelineAspire.DemoIdentity.Pages;

namespace PipelineAspire.DemoIdentity.People;

/// <summary>Rights: shown to people with a switch for each, told to resource servers, changed while somebody watches.</summary>
internal sealed class RightsEndpoints(PeopleDirectory people, ClientAuthentication clients)
{
    public IResult Show() => new RightsPage(people).Render();

    /// <summary>What somebody may see now. Asked with the client's secret as bearer token.</summary>
    public IResult Get(string sub, HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (!clients.HasClientSecret(context.Request))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return TypedResults.Problem("The client's secret is asked for, as bearer token.", statusCode: StatusCodes.Status401Unauthorized);
        }

        return people.Find(sub) is { } person
            ? TypedResults.Json(new { pipelines = people.RightsOf(person) })
            : TypedResults.Problem("There is no such person.", statusCode: StatusCodes.Status404NotFound);
    }

    /// <summary>Sets one right: <c>right</c> and <c>granted</c> of a form, and back to the page.</summary>
    public async Task<IResult> SetAsync(string sub, HttpRequest request)
    {
        if (people.Find(sub) is not { } person) return TypedResults.Problem("There is no such person.", statusCode: StatusCodes.Status404NotFound);
        var form = await Parameters.ReadFormAsync(request);
        if (form?["right"] is not { } right || !bool.TryParse(form["granted"], out var granted) || !people.TrySet(person, right, granted))
        {
            return TypedResults.Problem(
                "A form is asked for, with a right that this person can have and granted, true or false.", statusCode: StatusCodes.Status400BadRequest);
        }

        return new SeeOther($"/#{RightsPage.SwitchId(person, right)}");
    }
}
