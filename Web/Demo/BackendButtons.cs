namespace PipelineAspire.Web.Demo;

/// <summary>Buttons that do something to the fake backend.</summary>
internal static class BackendButtons
{
    public static Task<IResult> BreakAsync(DemoBackend backend, CancellationToken cancellation) => DoAsync(() => backend.BreakAsync(cancellation), cancellation);

    public static Task<IResult> HealAsync(DemoBackend backend, CancellationToken cancellation) => DoAsync(() => backend.HealAsync(cancellation), cancellation);

    public static Task<IResult> RunScriptAsync(DemoBackend backend, CancellationToken cancellation) => RunAsync(backend, Scenario.Endless, cancellation);

    public static Task<IResult> StormAsync(DemoBackend backend, CancellationToken cancellation) => RunAsync(backend, Scenario.Storm, cancellation);

    private static Task<IResult> RunAsync(DemoBackend backend, Func<IReadOnlyList<string>, object> scenario, CancellationToken cancellation) => DoAsync(async () =>
    {
        var seen = await backend.LookAsync(cancellation) ?? throw new HttpRequestException("The fake backend does not answer.");
        if (seen.Statuses.Count > 0) await backend.RunAsync(scenario([.. seen.Statuses.Keys.Order(StringComparer.Ordinal)]), cancellation);
    }, cancellation);

    private static async Task<IResult> DoAsync(Func<Task> action, CancellationToken cancellation)
    {
        try
        {
            await action();
            return TypedResults.NoContent();
        }
        catch (Exception e) when (DemoBackend.IsNoAnswer(e, cancellation))
        {
            return TypedResults.Problem($"The backend did not do it: {e.Message}", statusCode: StatusCodes.Status502BadGateway);
        }
    }
}
