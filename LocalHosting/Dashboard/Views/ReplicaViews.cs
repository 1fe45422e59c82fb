using Aspire.Hosting.ApplicationModel;
using PipelineAspire.LocalHosting.Running;

namespace PipelineAspire.LocalHosting.Dashboard.Views;

/// <summary>Looks at replicas for the dashboard.</summary>
internal sealed class ReplicaViews(ReplicaSet replicas, IServiceProvider services)
{
    public IReadOnlyList<ReplicaView> All() => [.. replicas.All.Select(Of)];

    public ReplicaView? Find(string name) => replicas.Find(name) is { } replica ? Of(replica) : null;

    /// <summary>The highlighted commands of all resources, one button each however many replicas there are.</summary>
    public IReadOnlyList<CommandView> Demos() =>
    [
        .. replicas.Resources.SelectMany(resource => resource.Annotations.OfType<ResourceCommandAnnotation>()
            .Where(command => command.IsHighlighted)
            .Select(command => Of(command, resource.Name, replicas.Of[resource].FirstOrDefault(replica => IsEnabled(command, replica)) ?? replicas.Of[resource].FirstOrDefault()))),
    ];

    private static string Tone(ReplicaState state) => state switch
    {
        { IsUp: true } => "good",
        { State: ReplicaState.Paused } => "held",
        { ExitCode: 0 } or { Detail: "asked" } => "ended",
        { IsOver: true } or { Healthy: false } => "broken",
        _ when state.State == KnownResourceStates.NotStarted => "ended",
        _ => "moving",
    };

    private static string? Detail(ReplicaState state) => state switch
    {
        { Detail: "asked" } => null,
        _ when state.State == KnownResourceStates.Starting && state.Age == TimeSpan.Zero => null,
        _ when state.State == KnownResourceStates.Waiting => $"for {state.Detail}",
        _ => state.Detail,
    };

    private static string Word(ReplicaState state) =>
        state.State != KnownResourceStates.Running ? state.State : state.Healthy == true ? "Healthy" : "Unhealthy";

    private static IReadOnlyList<LinkView> Links(Replica replica)
    {
        var (resource, address) = (replica.Plan.Resource, replica.Plan.Address);
        if (resource is not ProjectResource) return [new LinkView(address, address, IsWeb: false)];

        var first = new ResourceUrlAnnotation { Url = address, DisplayText = new Uri(address).Authority };
        foreach (var change in resource.Annotations.OfType<EndpointUrlAnnotation>()) change.Change(first);
        var urls = resource.Annotations.OfType<MoreUrlAnnotation>().Select(more => more.Url()).Prepend(first);
        return [.. urls.Select(url => new LinkView(new Uri(new Uri(address), url.Url).AbsoluteUri, url.DisplayText ?? url.Url, IsWeb: true))];
    }

    private ReplicaView Of(Replica replica)
    {
        var state = replica.State;
        return new ReplicaView(
            replica.Plan.Name,
            replica.Plan.Resource is ProjectResource ? "Project" : "Redis",
            Word(state),
            Tone(state),
            Detail(state),
            replica.StartedAt,
            replica.ProcessId,
            state.ExitCode,
            Links(replica),
            [.. replica.Plan.Resource.Annotations.OfType<ResourceCommandAnnotation>().Select(command => Of(command, replica.Plan.Name, replica))]);
    }

    private CommandView Of(ResourceCommandAnnotation command, string target, Replica? replica) => new(
        target,
        command.Name,
        command.DisplayName,
        command.DisplayDescription,
        command.ConfirmationMessage,
        replica is null || IsEnabled(command, replica),
        command.IsHighlighted);

    private bool IsEnabled(ResourceCommandAnnotation command, Replica replica) =>
        command.UpdateState(new UpdateCommandStateContext
        {
            ResourceSnapshot = ResourceNotificationService.Look(replica).Snapshot,
            ServiceProvider = services,
        }) == ResourceCommandState.Enabled;
}
