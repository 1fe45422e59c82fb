using System.Net;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Access.Rights.Matrix;

/// <summary>The hub that reads the backend, behind all ways: it has two pipelines, and no others.</summary>
internal static class MatrixHub
{
    public const string Mine = "mine";
    public const string Theirs = "theirs";

    /// <summary>Nobody may see it, and there is none.</summary>
    public const string Hidden = "nope";

    /// <summary>The other person may see it, and there is none.</summary>
    public const string Missing = "gone";

    public const string NotifyKey = "key-of-the-backend";

    private const string ListPath = "/pipeline";

    /// <summary>What every host of the matrix is told.</summary>
    public static readonly (string Name, string Value)[] Settings = [("StatusStream:NotifyKey", NotifyKey)];

    /// <summary>Starts it.</summary>
    /// <param name="tokens">Makes the tokens that it takes.</param>
    /// <param name="rights">Says who may see what; null for the claims.</param>
    public static async Task<RunningApi> StartAsync(Tokens tokens, HostRights? rights = null)
    {
        var hub = await RunningApi.StartAsync(
            rights is null ? null : rights.AddTo,
            [.. tokens.Settings, .. Settings, ("PipelineBackend:Actions:stop", "/pipeline/{id}/stop"), ("PipelineBackend:ListPath", ListPath)]);
        hub.Backend.Otherwise = KestrelBackend.Code((int)HttpStatusCode.NotFound);
        foreach (var id in new[] { Mine, Theirs })
        {
            hub.Backend.Says(id, "Running");
            hub.Backend.AnswersAt($"/pipeline/{id}/stop", KestrelBackend.Code((int)HttpStatusCode.NoContent));
        }

        List(hub.Backend, Mine, Theirs);
        return hub;
    }

    /// <summary>How often the backend has been asked to act on a pipeline.</summary>
    public static int ActionsOn(KestrelBackend backend, string pipelineId) => backend.ReadsAt($"/pipeline/{pipelineId}/stop");

    /// <summary>What the backend's list shows from now on.</summary>
    public static void List(KestrelBackend backend, params string[] pipelines) => backend.AnswersAt(
        ListPath, KestrelBackend.Json($"[{string.Join(',', pipelines.Select(id => $$"""{"pipeline_id":"{{id}}"}"""))}]"));
}
