using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PipelineAspire.Web.Pipelines;

namespace PipelineAspire.Web.Pages;

/// <summary>One pipeline; 404 when the backend has none of that id.</summary>
public sealed class PipelineModel(PipelineReader reader, TimeProvider timeProvider) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string Id { get; set; } = "";

    public ReadOutcome Outcome { get; private set; }

    public PipelineView? Pipeline { get; private set; }

    /// <summary>What is shown when it could not be read.</summary>
    public Unavailable? Unavailable { get; private set; }

    /// <summary>What the pipeline may be asked for.</summary>
    public IReadOnlyList<string> Actions { get; private set; } = [];

    public DateTimeOffset Now { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var actions = reader.ActionsAsync(cancellationToken);
        var found = await reader.FindAsync(Id, cancellationToken);
        Now = timeProvider.GetUtcNow();
        (Outcome, Pipeline) = (found.Outcome, found.Value);
        if (Outcome == ReadOutcome.Missing) Response.StatusCode = StatusCodes.Status404NotFound;
        else if (Pipeline is null) Unavailable = Unavailable.Of($"/ui-api/pipeline/{Id}/health", found.Outcome, found.Reason);
        Actions = PipelineActions.Ordered(await actions);
    }

    public string Ago(DateTimeOffset? moment) => RelativeTime.Ago(moment, Now);
}
