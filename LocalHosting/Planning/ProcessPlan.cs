using Aspire.Hosting.ApplicationModel;

namespace PipelineAspire.LocalHosting.Planning;

/// <summary>One process to be: a replica of a project, or LocalRedis.</summary>
/// <param name="Resource">What it is a process of.</param>
/// <param name="Name">Its own name: the resource's, with <c>-0</c>, <c>-1</c>, … where there are several replicas.</param>
/// <param name="Assembly">Full path of the .dll to run.</param>
/// <param name="WorkingDirectory">The project's directory, where appsettings.json and wwwroot are.</param>
/// <param name="Environment">Variables beside the inherited ones.</param>
/// <param name="Address">Where it will listen, as a person would write it.</param>
/// <param name="Probe">Tells whether it is healthy; null for what is healthy as soon as it runs.</param>
/// <param name="Reservation">The free port held for it.</param>
internal sealed record ProcessPlan(
    IResource Resource,
    string Name,
    string Assembly,
    string WorkingDirectory,
    IReadOnlyDictionary<string, string> Environment,
    string Address,
    HealthProbe? Probe,
    PortReservation? Reservation);

/// <summary>Asks a process for its health: null when it is healthy, else what is wrong.</summary>
internal delegate Task<string?> HealthProbe(CancellationToken cancellation);
