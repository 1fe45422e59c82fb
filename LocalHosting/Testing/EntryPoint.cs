using System.Reflection;
using System.Runtime.ExceptionServices;
using Aspire.Hosting;

namespace PipelineAspire.LocalHosting.Testing;

/// <summary>
/// Runs the Main of an AppHost up to its <c>Build()</c>, on behalf of a test: the builder that AppHost.cs gets is then the
/// test's, and what stands behind <c>Build()</c> is not run.
/// </summary>
internal sealed class EntryPoint(Assembly appHost, string[] args)
{
    private static readonly AsyncLocal<EntryPoint?> Current = new();

    /// <summary>The builder for an AppHost that a test runs; null for one that runs by itself.</summary>
    public static IDistributedApplicationBuilder? Builder(string[] args) => Current.Value?.Create(args);

    /// <exception cref="InvalidOperationException">Main ended before it built an application.</exception>
    public Task<TestingBuilder> RunAsync(CancellationToken cancellationToken) => Task.Run(RunMainAsync, cancellationToken).WaitAsync(cancellationToken);

    private async Task<TestingBuilder> RunMainAsync()
    {
        var main = appHost.EntryPoint ?? throw new InvalidOperationException($"{appHost.GetName().Name} has no Main.");
        Current.Value = this;
        try
        {
            var ended = main.Invoke(null, main.GetParameters().Length == 0 ? [] : [args]);
            if (ended is Task running) await running;
        }
        catch (TargetInvocationException wrapped) when (wrapped.InnerException is BuiltException built)
        {
            return built.Builder;
        }
        catch (BuiltException built)
        {
            return built.Builder;
        }
        catch (TargetInvocationException wrapped)
        {
            ExceptionDispatchInfo.Throw(wrapped.InnerException!);
        }

        throw new InvalidOperationException($"Main of {appHost.GetName().Name} ended without building an application.");
    }

    private TestingBuilder Create(string[] mainArgs) => new(mainArgs, appHost);

    /// <summary>Unwinds Main.</summary>
    internal sealed class BuiltException(TestingBuilder builder) : Exception("The AppHost was built for a test.")
    {
        public TestingBuilder Builder => builder;
    }
}
