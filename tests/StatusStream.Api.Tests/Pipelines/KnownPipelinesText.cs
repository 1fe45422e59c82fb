using System.Globalization;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Tests.Pipelines;

/// <summary>A set of pipelines as it stands in a query.</summary>
internal static class KnownPipelinesText
{
    public static string Of(params string[] pipelineIds) => KnownPipelines.Hash(pipelineIds).ToString("x16", CultureInfo.InvariantCulture);
}
