using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PipelineAspire.LocalHosting.Running;

/// <summary>How a replica is, at one moment.</summary>
/// <param name="State">One of <see cref="KnownResourceStates"/>, or <see cref="Paused"/>.</param>
/// <param name="Healthy">Null until it was healthy once.</param>
/// <param name="Age">Since its start; zero before.</param>
/// <param name="Detail">What is to be said about it: what it waits for, why it is not healthy.</param>
/// <param name="ExitCode">Once it has exited.</param>
internal sealed record ReplicaState(string State, bool? Healthy, TimeSpan Age, string? Detail = null, int? ExitCode = null)
{
    /// <summary>The process is stopped by SIGSTOP; Aspire has no such state.</summary>
    public const string Paused = "Paused";

    public static readonly ReplicaState NotStarted = new(KnownResourceStates.NotStarted, null, TimeSpan.Zero);

    public bool IsUp => State == KnownResourceStates.Running && Healthy == true;

    /// <summary>Nothing will come of it until it is started again.</summary>
    public bool IsOver => State == KnownResourceStates.Exited || State == KnownResourceStates.FailedToStart;

    public HealthStatus? Health => Healthy switch
    {
        _ when IsOver => null,
        true => HealthStatus.Healthy,
        false => HealthStatus.Unhealthy,
        null => null,
    };
}
