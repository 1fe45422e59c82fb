using PipelineAspire.FakePipelineBackend.Faults;
using PipelineAspire.FakePipelineBackend.Pipelines;
using PipelineAspire.FakePipelineBackend.StrictJson;

namespace PipelineAspire.FakePipelineBackend.Scripting;

/// <summary>Scripts as they are written in <c>/control/script</c> and in the demo's file.</summary>
public static class ScriptJson
{
    private const int MostSteps = 100_000;
    private const int LatestMs = 86_400_000;

    private static readonly string[] Known = ["repeat", "steps"];
    private static readonly string[] KnownOfStep = ["atMs", "pipeline", "status", "fault"];

    /// <exception cref="InvalidBodyException">What is read is no script; the message names the step.</exception>
    public static Task<Script> ReadAsync(Stream body, CancellationToken cancellationToken) =>
        JsonFields.ReadAsync(body, Known, Read, cancellationToken);

    private static Script Read(JsonFields fields)
    {
        var repeat = fields.OptionalFlag("repeat");
        var steps = fields.RequiredObjects("steps", MostSteps, KnownOfStep).Select(ReadStep).ToList();
        if (repeat && steps.TrueForAll(step => step.At == TimeSpan.Zero))
        {
            throw fields.Invalid("steps", "must not all be at 0 in a script that repeats");
        }

        return new Script(repeat, steps);
    }

    private static ScriptStep ReadStep(JsonFields fields)
    {
        var at = TimeSpan.FromMilliseconds(fields.RequiredWholeNumber("atMs", 0, LatestMs));
        var pipeline = fields.RequiredText("pipeline");
        if (pipeline != ScriptStep.All && !PipelineId.IsValid(pipeline))
        {
            throw fields.Invalid("pipeline", $"is '{pipeline}'; {PipelineId.Rule}, or * for all");
        }

        return (fields.Has("status"), fields.Has("fault")) switch
        {
            (true, false) => new StatusStep(at, pipeline, fields.RequiredTextOrNull("status")),
            (false, true) => new FaultStep(at, pipeline, fields.RequiredObjectOrNull("fault", FaultJson.Known) is { } fault ? FaultJson.Read(fault) : null),
            _ => throw fields.Invalid("must have either a status or a fault"),
        };
    }
}
