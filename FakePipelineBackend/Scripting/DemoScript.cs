using Microsoft.Extensions.Options;

namespace PipelineAspire.FakePipelineBackend.Scripting;

/// <summary>
/// A dozen pipelines that live, so that a first look at the system shows something. It is a script like any other:
/// posting one to <c>/control/script</c> takes its place.
/// </summary>
public sealed class DemoScript(ScriptRunner runner, IOptions<FakeBackendOptions> options) : IHostedService
{
    private const string File = "demo-script.json";

    public static async Task<Script> ReadAsync(CancellationToken cancellationToken)
    {
        await using var json = typeof(DemoScript).Assembly.GetManifestResourceStream(File)
            ?? throw new InvalidOperationException($"{File} is not part of the assembly.");
        return await ScriptJson.ReadAsync(json, cancellationToken);
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Demo) runner.Start(await ReadAsync(cancellationToken));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
