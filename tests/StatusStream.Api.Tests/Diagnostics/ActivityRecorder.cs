using System.Diagnostics;
using PipelineAspire.StatusStream.Diagnostics;

namespace PipelineAspire.StatusStream.Tests.Diagnostics;

/// <summary>
/// Somebody who listens to the traces of changes, as an exporter does, and keeps what has ended. The whole process is
/// heard: no test beside it.
/// </summary>
internal sealed class ActivityRecorder : IDisposable
{
    private readonly List<Activity> _ended = [];
    private readonly ActivityListener _listener;

    public ActivityRecorder()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ChangeTrace.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Add,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>In the order in which they ended.</summary>
    public IReadOnlyList<Activity> Ended => _ended;

    /// <summary>Those without a parent, each the begin of a trace.</summary>
    public IReadOnlyList<string> Roots => [.. _ended.Where(activity => activity.ParentSpanId == default).Select(activity => activity.DisplayName)];

    public Activity Single(string name) => Assert.Single(_ended, activity => activity.DisplayName == name);

    public void Dispose() => _listener.Dispose();
}

/// <summary>Tests of traces run alone: a listener hears every test, and a test without one must have none.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TracingCollection
{
    public const string Name = "Tracing";
}
