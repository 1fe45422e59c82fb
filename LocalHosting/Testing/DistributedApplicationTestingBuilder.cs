using PipelineAspire.LocalHosting.Testing;

namespace Aspire.Hosting.Testing;

/// <summary>Runs an AppHost within a test: on free ports and without a dashboard.</summary>
public static class DistributedApplicationTestingBuilder
{
    /// <inheritdoc cref="CreateAsync{TEntryPoint}(string[], CancellationToken)"/>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(CancellationToken cancellationToken = default)
        where TEntryPoint : class => CreateAsync<TEntryPoint>([], cancellationToken);

    /// <summary>Runs the AppHost's Main up to <c>Build()</c>.</summary>
    /// <typeparam name="TEntryPoint">A type of the AppHost's assembly: <c>Projects.AppHost</c>.</typeparam>
    /// <param name="args">The AppHost's command line.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidOperationException">Main ended before it built an application.</exception>
    public static async Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(string[] args, CancellationToken cancellationToken = default)
        where TEntryPoint : class => await new EntryPoint(typeof(TEntryPoint).Assembly, args).RunAsync(cancellationToken);
}
