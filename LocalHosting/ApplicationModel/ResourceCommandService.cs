using PipelineAspire.LocalHosting.Running;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Runs commands of resources.</summary>
public class ResourceCommandService
{
    private readonly ReplicaSet _replicas;
    private readonly IServiceProvider _services;

    internal ResourceCommandService(ReplicaSet replicas, IServiceProvider services) => (_replicas, _services) = (replicas, services);

    /// <summary>Runs a command for one replica, by its own name, or for a resource of which there is one only.</summary>
    /// <returns>Whether it succeeded, and why not; it throws nothing of the command's.</returns>
    public Task<ExecuteCommandResult> ExecuteCommandAsync(string resourceId, string commandName, CancellationToken cancellationToken = default) =>
        _replicas.Find(resourceId) is { } replica
            ? ExecuteAsync(replica.Plan.Resource, replica, commandName, cancellationToken)
            : _replicas.FindResource(resourceId) is { } resource && !_replicas.Of[resource].Any()
                ? ExecuteAsync(resource, null, commandName, cancellationToken)
                : Task.FromResult(CommandResults.Failure($"Resource '{resourceId}' not found."));

    /// <summary>Runs a command for every replica of a resource, side by side.</summary>
    public async Task<ExecuteCommandResult> ExecuteCommandAsync(IResource resource, string commandName, CancellationToken cancellationToken = default)
    {
        Replica?[] replicas = [.. _replicas.Of[resource]];
        if (replicas.Length == 0) replicas = [null];
        var results = await Task.WhenAll(replicas.Select(replica => ExecuteAsync(resource, replica, commandName, cancellationToken)));
        var failures = results.Where(result => result is { Success: false, Canceled: false }).Select(result => result.ErrorMessage).ToList();
        return failures.Count > 0 ? CommandResults.Failure(string.Join(Environment.NewLine, failures))
            : results.Any(result => result.Canceled) ? CommandResults.Canceled()
            : CommandResults.Success();
    }

    private async Task<ExecuteCommandResult> ExecuteAsync(IResource resource, Replica? replica, string commandName, CancellationToken cancellationToken)
    {
        var id = replica?.Plan.Name ?? resource.Name;
        var command = resource.Annotations.OfType<ResourceCommandAnnotation>().LastOrDefault(annotation => annotation.Name == commandName);
        if (command is null) return CommandResults.Failure($"Command '{commandName}' not available for resource '{id}'.");

        // Seen by what the command awaits, and by nobody else: the change of an async method ends with it.
        CurrentReplica.Set(replica);
        try
        {
            return await command.ExecuteCommand(new ExecuteCommandContext
            {
                ServiceProvider = _services,
                ResourceName = id,
                CancellationToken = cancellationToken,
            });
        }
        catch (OperationCanceledException)
        {
            return CommandResults.Canceled();
        }
        catch (Exception failed)
        {
            // A command is code of the AppHost's: whatever it throws is its result, and ends nothing.
            return CommandResults.Failure(failed);
        }
    }
}
