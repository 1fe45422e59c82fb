using System.ComponentModel.DataAnnotations;

namespace PipelineAspire.StatusStream.Backplane;

/// <summary>Who this replica is: section <c>StatusStream</c>.</summary>
public sealed class ReplicaOptions
{
    /// <summary>The section of the configuration that the options are bound to.</summary>
    public const string Section = "StatusStream";

    /// <summary>
    /// What this replica calls itself to the backend and to Redis: 1 to 128 of <c>A-Z a-z 0-9 . _ -</c>. Default: machine
    /// name, as far as it has these characters, process id and a random part.
    /// </summary>
    [Required(ErrorMessage = Section + ":InstanceName must not be empty.")]
    [RegularExpression("[A-Za-z0-9._-]{1,128}", ErrorMessage = Section + ":InstanceName must be 1 to 128 of A-Z a-z 0-9 . _ -")]
    public string InstanceName { get; set; } = DefaultInstanceName.Make(Environment.MachineName, Environment.ProcessId, Guid.NewGuid());
}
