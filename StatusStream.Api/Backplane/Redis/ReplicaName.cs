using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Polling;

namespace PipelineAspire.StatusStream.Backplane.Redis;

/// <summary>
/// What this process is called in the shared state. Random at the end: two replicas that were given one name would
/// take each other's lease for their own.
/// </summary>
internal sealed class ReplicaName(IOptions<PollingOptions> options)
{
    public string Text { get; } = $"{options.Value.InstanceName}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
}
