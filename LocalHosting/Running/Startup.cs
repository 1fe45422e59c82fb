using Aspire.Hosting.ApplicationModel;
using PipelineAspire.LocalHosting.Planning;

namespace PipelineAspire.LocalHosting.Running;

/// <summary>Starts every resource as soon as all it waits for are healthy, side by side otherwise.</summary>
internal sealed class Startup(IReadOnlyCollection<IResource> resources, ILookup<IResource, Replica> replicas)
{
    private readonly Dictionary<IResource, TaskCompletionSource<bool>> _up =
        resources.ToDictionary(resource => resource, _ => new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>Completes when each resource is healthy, or will not be: whether all of them are.</summary>
    /// <param name="stopping">What is not started by then stays so.</param>
    public async Task<bool> RunAsync(CancellationToken stopping)
    {
        var all = await Task.WhenAll(resources.Select(resource => BringUpAsync(resource, stopping)));
        return all.All(up => up);
    }

    private async Task<bool> BringUpAsync(IResource resource, CancellationToken stopping)
    {
        var up = await WaitAsync(resource, stopping)
            && (await Task.WhenAll(replicas[resource].Select(replica => replica.StartAsync()))).All(healthy => healthy);
        _up[resource].SetResult(up);
        return up;
    }

    private async Task<bool> WaitAsync(IResource resource, CancellationToken stopping)
    {
        var waits = ResourceOrder.WaitsFor(resource).Where(other => replicas[other].Any()).ToList();
        if (waits.Count == 0) return true;

        foreach (var replica in replicas[resource]) replica.IsWaitingFor(string.Join(", ", waits.Select(other => other.Name)));
        try
        {
            await Task.WhenAll(waits.Select(other => _up[other].Task)).WaitAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        var missing = waits.Where(other => !_up[other].Task.Result).Select(other => other.Name).ToList();
        if (missing.Count == 0) return true;
        foreach (var replica in replicas[resource]) replica.CannotStart($"{string.Join(", ", missing)} did not start");
        return false;
    }
}
