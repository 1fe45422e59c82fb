using System.Text;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Tests.Hosting;

/// <summary>Short ways to say what was observed.</summary>
internal static class Records
{
    public const ulong Epoch = 0x7f3a9c0d12e4b85f;

    public static PipelineRecord Fine(string pipelineId, PipelineStatus status, long sequence, long timestamp = 1) =>
        new(pipelineId, new StatusVersion(Epoch, sequence), status, PipelineCondition.Ok, timestamp);

    public static PipelineRecord Failing(string pipelineId, PipelineCondition condition, long sequence, PipelineStatus? last = null, long timestamp = 1) =>
        new(pipelineId, new StatusVersion(Epoch, sequence), last, condition, timestamp);

    public static PipelineReading Reading(string pipelineId, PipelineStatus status) =>
        new(pipelineId, PipelineCondition.Ok, status, Body(status.Name()));

    public static byte[] Body(string status) => Encoding.UTF8.GetBytes($$"""{"overall_status":"{{status}}"}""");

    /// <summary>Fields as <c>lag=3 rows=</c>: those without a value were looked for and not there.</summary>
    public static PipelineFields Fields(string text)
    {
        var pairs = text.Split(' ').Select(pair => pair.Split('=')).ToList();
        return new PipelineFields(
            [.. pairs.Select(pair => pair[0])], [.. pairs.Select(pair => pair[1].Length == 0 ? null : Encoding.UTF8.GetBytes(pair[1]))]);
    }

    public static PollUpdate Update(params PipelineRecord[] changed) => new(changed[^1].Version, changed, [], []);

    public static PollUpdate Confirmation(long sequence, params string[] confirmed) => new(new StatusVersion(Epoch, sequence), [], confirmed, []);

    public static PollUpdate Forgetting(long sequence, params string[] forgotten) => new(new StatusVersion(Epoch, sequence), [], [], forgotten);
}
