using Aspire.Hosting.ApplicationModel;
using PipelineAspire.LocalHosting.Dashboard.Live;
using PipelineAspire.LocalHosting.Dashboard.Views;
using PipelineAspire.LocalHosting.Running;

namespace PipelineAspire.LocalHosting.Dashboard;

/// <summary>Runs a command that somebody clicked, and keeps what became of it.</summary>
internal sealed class CommandRunner(ReplicaSet replicas, ResourceCommandService commands, ResultLog results, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <param name="target">A replica, or a resource: then one of its replicas that run, by chance.</param>
    /// <param name="name">The command.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<ResultView> RunAsync(string target, string name, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var id = Choose(target);
        var outcome = await commands.ExecuteCommandAsync(id, name, either.Token);
        var display = replicas.Resources
            .Where(resource => resource == replicas.Find(id)?.Plan.Resource || resource.Name == id)
            .SelectMany(resource => resource.Annotations.OfType<ResourceCommandAnnotation>())
            .FirstOrDefault(command => command.Name == name)?.DisplayName ?? name;
        var message = outcome.Canceled ? $"no result within {Patience.TotalSeconds:0} s" : outcome.ErrorMessage;
        var result = new ResultView(clock.GetUtcNow(), id, display, outcome.Success, message);
        results.Add(result);
        return result;
    }

    private string Choose(string target)
    {
        if (replicas.Find(target) is not null || replicas.FindResource(target) is not { } resource) return target;
        var some = replicas.Of[resource].ToList();
        var running = some.Where(replica => replica.State.IsUp).ToList();
        return running.Count > 0 ? running[Random.Shared.Next(running.Count)].Plan.Name : some.FirstOrDefault()?.Plan.Name ?? target;
    }
}
