namespace PipelineAspire.Web.Pipelines;

/// <summary>The list of pipelines is there, and nobody can read it.</summary>
internal sealed class ListShapeException(string what)
    : Exception($"The list of pipelines has another shape than expected: {what}, see PipelineBackend:ListItemsProperty.");
