using PipelineAspire.StatusStream.Access;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Diagnostics;

namespace PipelineAspire.StatusStream.Streaming.Watching;

/// <summary>What streams that may be changed need.</summary>
/// <param name="MaxPipelines">How many pipelines such a stream may watch.</param>
/// <param name="Admission">Decides which are watched for a client.</param>
/// <param name="Rights">Says who may see what.</param>
/// <param name="ListWatch">Has what hears of the list.</param>
/// <param name="Metrics">Counts them.</param>
/// <param name="TimeProvider">The clock.</param>
/// <param name="Logger">Hears what fails.</param>
internal sealed record WatchServices(
    int MaxPipelines, PipelineAdmission Admission, PipelineRights Rights, ListWatch ListWatch, StatusStreamMetrics Metrics, TimeProvider TimeProvider,
    ILogger<WatchedStream> Logger);
