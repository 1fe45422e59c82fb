using PipelineAspire.Web.Pipelines;

namespace PipelineAspire.Web.Pages;

/// <summary>A row of the list, as of a moment.</summary>
public sealed record PipelineRow(PipelineView Pipeline, DateTimeOffset Now, bool IsShown);
