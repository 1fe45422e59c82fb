using Aspire.Hosting.ApplicationModel;

namespace PipelineAspire.LocalHosting.Running;

/// <summary>The resources of the application and, once it is planned, the processes they are.</summary>
internal sealed class ReplicaSet(IReadOnlyList<IResource> resources)
{
    private readonly TaskCompletionSource _planned = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<IResource> Resources => resources;

    public IReadOnlyList<Replica> All { get; private set; } = [];

    public ILookup<IResource, Replica> Of { get; private set; } = Array.Empty<Replica>().ToLookup(replica => replica.Plan.Resource);

    /// <summary>Completes when it is known which processes there will be.</summary>
    public Task Planned => _planned.Task;

    public void Fill(IReadOnlyList<Replica> replicas)
    {
        (All, Of) = (replicas, replicas.ToLookup(replica => replica.Plan.Resource));
        foreach (var (resource, some) in resources.Select(resource => (resource, Of[resource].ToList())).Where(pair => pair.Item2.Count > 0))
            resource.Annotations.Add(new AllocatedAnnotation(() => CurrentReplica.Choose(some)));
        _planned.TrySetResult();
    }

    public Replica? Find(string id) => All.FirstOrDefault(replica => Same(replica.Plan.Name, id));

    public IResource? FindResource(string name) => resources.FirstOrDefault(resource => Same(resource.Name, name));

    private static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);
}
