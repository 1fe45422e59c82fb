namespace PipelineAspire.Web.Demo;

/// <summary>Buttons that do something to the fake backend.</summary>
internal static class BackendEndpoints
{
    public static Task<IResult> BreakAsync(DemoBackend backend, CancellationToken cancellationToken) =>
        DoAsync(() => backend.BreakAsync(cancellationToken), cancellationToken);

    public static Task<IResult> HealAsync(DemoBackend backend, CancellationToken cancellationToken) =>
        DoAsync(() => backend.HealAsync(cancellationToken), cancellationToken);

    public static Task<IResult> RunScriptAsync(DemoBackend backend, CancellationToken cancellationToken) =>
        RunAsync(backend, Scenario.Endless, cancellationToken);

    public static Task<IResult> StormAsync(DemoBackend backend, CancellationToken cancellationToken) => RunAsync(backend, Scenario.Storm, cancellationToken);

    private static Task<IResult> RunAsync(DemoBackend backend, Func<IReadOnlyList<string>, object> scenario, CancellationToken cancellationToken) =>
        DoAsync(async () =>
        {
            var seen = await backend.LookAsync(cancellationToken) ?? throw new HttpRequestException("The fake backend does not answer.");
            if (seen.Statuses.Count > 0) await backend.RunAsync(scenario([.. seen.Statuses.Keys.Order(StringComparer.Ordinal)]), cancellationToken);
        }, cancellationToken);

    private static async Task<IResult> DoAsync(Func<Task> action, CancellationToken cancellationToken)
    {
        try
        {
            await action();
            return TypedResults.NoContent();
        }
        catch (Exception e) when (DemoBackend.IsNoAnswer(e, cancellationToken))
        {
            return TypedResults.Problem($"The backend did not do it: {e.Message}", statusCode: StatusCodes.Status502BadGateway);
        }
    }
}
