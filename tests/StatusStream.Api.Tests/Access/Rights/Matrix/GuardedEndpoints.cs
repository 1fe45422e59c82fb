using System.Globalization;
using System.Net;
using System.Text.Json;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Access.Rights.Matrix;

/// <summary>The rows of the matrix: all that can be asked for.</summary>
internal static class GuardedEndpoints
{
    private const string List = "GET /ui-api/pipeline";
    private const string Watch = "POST /ui-api/pipeline/status/stream/watch";
    private const string WatchPath = "/status/stream/watch";

    public static readonly IReadOnlyList<GuardedEndpoint> All =
    [
        GuardedEndpoint.Stream("stream", static (_, caller, id) => caller.OpenAsync($"pipelineIds={id}")),
        GuardedEndpoint.Stream("stream with all that can be asked for", static (_, caller, id) => caller.OpenAsync($"pipelineIds={id}&watch=1&fields=1&relay=1")),
        GuardedEndpoint.Stream("stream resumed by header", static async (host, caller, id) =>
            await caller.OpenAsync($"pipelineIds={id}", ("Last-Event-ID", await LastEventIdAsync(host)))),
        GuardedEndpoint.Stream("stream resumed by query, with what is known", static async (host, caller, id) =>
            await caller.OpenAsync($"pipelineIds={id}&lastEventId={await LastEventIdAsync(host)}&known={KnownPipelines.Hash([id]).ToString("x16", CultureInfo.InvariantCulture)}")),
        new("watch request", Audience.WhoMaySee, [Watch], WatchAsync, static answer => answer.Tells("\"active\"")),
        new("watch request for a stream", Audience.WhoseStreamItIs, [Watch], WatchOwnAsync, static answer => answer.Status == HttpStatusCode.Accepted),
        new("polls", Audience.WhoMaySee, ["GET /ui-api/pipeline/status"],
            static (visit, id) => visit.Caller.AskAsync(HttpMethod.Get, $"/status?pipelineIds={id}"), static answer => answer.Tells("\"active\"")),
        new("health", Audience.WhoMaySee, ["GET /ui-api/pipeline/{id}/health"],
            static (visit, id) => visit.Caller.AskAsync(HttpMethod.Get, $"/{id}/health"), static answer => answer.Tells("\"active\"")),
        new("list", Audience.WhoMaySee, [List],
            static (visit, _) => visit.Caller.AskAsync(HttpMethod.Get, ""), static answer => answer.Tells($"\"{MatrixHub.Mine}\""))
        {
            AskOfNothingAsync = static visit => WithoutMineAsync(visit.Host, () => visit.Caller.AskAsync(HttpMethod.Get, "")),
        },
        new("list by its tag", Audience.WhoMaySee, [List],
            static async (visit, _) => await ListByTagAsync(visit.Caller, await TagAsync(visit.Host)), static answer => answer.Status == HttpStatusCode.NotModified)
        {
            AskOfNothingAsync = static async visit =>
            {
                var tag = await TagAsync(visit.Host);
                return await WithoutMineAsync(visit.Host, () => ListByTagAsync(visit.Caller, tag));
            },
        },
        new("actions", Audience.WhoIsSignedIn, ["GET /ui-api/pipeline/actions"],
            static (visit, _) => visit.Caller.AskAsync(HttpMethod.Get, "/actions"), static answer => answer.Tells("\"stop\"")),
        new("action", Audience.WhoMaySee, ["POST /ui-api/pipeline/{id}/stop", "POST /ui-api/pipeline/{id}/{action}"],
            static (visit, id) => visit.Caller.AskAsync(HttpMethod.Post, $"/{id}/stop"), static answer => answer.Status == HttpStatusCode.Accepted),
        new("notification", Audience.TheBackend, ["POST /ui-api/pipeline/notify"],
            static (visit, id) => visit.Caller.AskAsync(HttpMethod.Post, "/notify", $$"""{"pipelineIds":["{{id}}"]}"""),
            static answer => answer.Status == HttpStatusCode.Accepted),
        new("what is not there", Audience.Nobody, ["* /ui-api/{**rest}"],
            static (visit, id) => visit.Caller.AskAsync(HttpMethod.Get, $"/{id}/nothing/at-all"), static answer => answer.Status != HttpStatusCode.NotFound),
    ];

    /// <summary>What a stream is changed by.</summary>
    public static async Task<string> HandleAsync(OpenStream stream)
    {
        var text = (await stream.UntilAsync(static text => text.StartsWith("event: stream\n", StringComparison.Ordinal)))[^1];
        using var data = JsonDocument.Parse(text[text.IndexOf('{', StringComparison.Ordinal)..]);
        return data.RootElement.GetProperty("stream").GetString()!;
    }

    /// <summary>Sends a watch request for a stream.</summary>
    public static Task<Answer> AskToWatchAsync(Caller caller, string handle, string more = "") =>
        caller.AskAsync(HttpMethod.Post, WatchPath, $$"""{"stream":"{{handle}}","revision":1{{more}}}""");

    /// <summary>Watches another pipeline on a stream of one's own; on somebody's, for who has none.</summary>
    private static async Task<Answer> WatchAsync(Visit visit, string id)
    {
        const string Query = $"pipelineIds={MatrixHub.Hidden}-2&watch=1";
        using var own = await visit.Caller.OpenAsync(Query);
        using var other = own.IsOpen ? null : await visit.Owner.OpenAsync(Query);
        var stream = other ?? own;
        var answer = await AskToWatchAsync(visit.Caller, await HandleAsync(stream), $$""","add":["{{id}}"]""");
        if (!answer.IsSuccess) return answer;
        var (isAcknowledged, isNamed) = (false, false);
        var told = await stream.UntilAsync(text =>
        {
            isAcknowledged |= IsAcknowledgement(text);
            isNamed |= GuardedEndpoint.Names(text, id);
            return isAcknowledged && isNamed;
        });
        return answer with { Body = answer.Body + string.Concat(told.Where(text => IsAcknowledgement(text) || GuardedEndpoint.Names(text, id)).Order(StringComparer.Ordinal)) };
    }

    /// <summary>Changes the owner's stream; or one that there is not, for a pipeline that there is not.</summary>
    private static async Task<Answer> WatchOwnAsync(Visit visit, string id)
    {
        using var stream = await visit.Owner.OpenAsync($"pipelineIds={MatrixHub.Mine}&watch=1");
        var handle = await HandleAsync(stream);
        var secret = handle.IndexOf('.', StringComparison.Ordinal) + 1;
        return await AskToWatchAsync(visit.Caller, id == MatrixHub.Mine ? handle : handle[..secret] + new string('A', handle.Length - secret));
    }

    private static bool IsAcknowledgement(string text) => text.Contains("\"revision\":1", StringComparison.Ordinal);

    /// <summary>The newest event that the right person has seen.</summary>
    private static async Task<string> LastEventIdAsync(GuardedHost host)
    {
        using var stream = await host.RightPerson.OpenAsync($"pipelineIds={MatrixHub.Mine}");
        var text = (await stream.UntilAsync(static text => GuardedEndpoint.Names(text, MatrixHub.Mine)))[^1];
        return text.Split('\n').Single(static line => line.StartsWith("id: ", StringComparison.Ordinal))[4..];
    }

    private static Task<Answer> ListByTagAsync(Caller caller, string tag) => caller.AskAsync(HttpMethod.Get, "", json: null, ("If-None-Match", tag));

    /// <summary>What the list is called for the right person.</summary>
    private static async Task<string> TagAsync(GuardedHost host)
    {
        using var response = await host.RightPerson.SendAsync(HttpMethod.Get, "/ui-api/pipeline");
        return response.Headers.ETag!.ToString();
    }

    /// <summary>Asks while the backend's list does not show the pipeline.</summary>
    private static async Task<Answer> WithoutMineAsync(GuardedHost host, Func<Task<Answer>> ask)
    {
        MatrixHub.List(host.Backend, MatrixHub.Theirs);
        await Patience.UntilAsync(async () => !await IsListedAsync(), "the list without the pipeline");
        var answer = await ask();
        MatrixHub.List(host.Backend, MatrixHub.Mine, MatrixHub.Theirs);
        await Patience.UntilAsync(IsListedAsync, "the list with the pipeline");
        return answer;

        async Task<bool> IsListedAsync() => (await host.RightPerson.AskAsync(HttpMethod.Get, "")).Tells(MatrixHub.Mine);
    }
}
