namespace PipelineAspire.FakePipelineBackend;

/// <summary>Section <c>FakeBackend</c>. A value that makes no sense stops the start with a message that names it.</summary>
public sealed class FakeBackendOptions
{
    public const string Section = "FakeBackend";

    /// <summary>How long a transitional state (Stopping, Resuming, ...) lasts. 0 to 1 hour, default 3 seconds.</summary>
    public TimeSpan TransitionDuration { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Whether the demo script runs from the start. Default true; without it only <see cref="Pipelines"/> exist.</summary>
    public bool Demo { get; set; } = true;

    /// <summary>
    /// How often the <c>rows_per_second</c> and <c>lag_seconds</c> of a running pipeline change, in what is read of one or of a batch.
    /// Default zero: it has none; else 100 ms to 1 hour.
    /// </summary>
    public TimeSpan FieldsInterval { get; set; }

    /// <summary>
    /// Ids of pipelines that are Running from the start. Default none; each is 1 to 128 of <c>A-Z a-z 0-9 . _ -</c>.
    /// </summary>
    public IList<string> Pipelines { get; } = [];
}
