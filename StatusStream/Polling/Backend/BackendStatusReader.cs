using System.Text.Json;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Polling.Backend;

/// <summary>Finds the public status in what the backend says of a pipeline.</summary>
internal sealed class BackendStatusReader(IOptions<PipelineBackendOptions> options, BackendStatusMap statusMap)
{
    private readonly JsonPath _status = JsonPath.Parse(options.Value.StatusProperty);

    /// <exception cref="JsonException">It is not one complete JSON object or array.</exception>
    public PipelineStatus Read(ReadOnlySpan<byte> json) => statusMap.Translate(BackendStatusJson.ReadValue(json, _status));
}
