using System.Diagnostics;
using System.Globalization;

namespace PipelineAspire.Packages.Tests;

/// <summary>The samples, built of the packed artefacts: a status comes from a backend through an API of the one to a console of the other.</summary>
[Collection(nameof(PackedArtefacts))]
public sealed class SamplesTests
{
    /// <summary>
    /// The console is native code: a warning of the trimmer or of the compiler about the client would have failed its build.
    /// </summary>
    [Fact]
    public async Task AStatusArrivesFromTheMinimalApiAtTheNativeConsole()
    {
        var minimalApi = await PackedArtefacts.PublishAsync("minimal-api");
        var console = await PackedArtefacts.PublishAsync("console");
        Assert.False(File.Exists(console + ".dll"), "The console is no native code.");
        await using var backend = await SmallBackend.StartAsync();
        var address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort.Take()}");

        await using var hub = ChildProcess.Start(new ProcessStartInfo(
            minimalApi, ["--urls", address, "--PipelineBackend:BaseUrl", backend.Url, "--StatusStream:PollInterval", "00:00:00.1"])
        {
            WorkingDirectory = Path.GetDirectoryName(minimalApi),
        });
        await hub.LineAsync("Now listening on");
        await using var client = ChildProcess.Start(new ProcessStartInfo(console, [address, "orders", "billing"]));

        await client.LineAsync("orders is active");
        await client.LineAsync("billing is active");
        backend.Status = "Paused";
        await client.LineAsync("orders: active -> paused");
    }
}
