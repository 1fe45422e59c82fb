using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace PipelineAspire.StatusStream.Backplane.Sharing;

/// <summary>
/// What this process is called in the shared state. Random at the end: two replicas that were given one name would
/// take each other's lease for their own.
/// </summary>
internal sealed class ReplicaName(IOptions<ReplicaOptions> options)
{
    public string Text { get; } = $"{options.Value.InstanceName}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
}
