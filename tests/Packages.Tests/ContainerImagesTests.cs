using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;

namespace PipelineAspire.Packages.Tests;

/// <summary>The images that <c>PublishContainer</c> makes: how they start, and that what is in them serves. They are run as processes, without a container.</summary>
[Collection(nameof(PackedArtefacts))] // one build at a time
public sealed class ContainerImagesTests
{
    [Theory]
    [InlineData("StatusStream.Api", "pipelineaspire/statusstream", "/alive /openapi/v1.json")]
    [InlineData("Web", "pipelineaspire/web", "/alive /js/pipeline-status.js /css/site.css /")]
    public async Task AnImageServesWhatItIsFor(string project, string name, string paths)
    {
        await using var registry = await BaseImageRegistry.StartAsync();
        var folder = Directory.CreateTempSubdirectory("image");
        try
        {
            var archive = Path.Combine(folder.FullName, "image.tar.gz");
            await Sdk.RunAsync(
                PackedArtefacts.Repository, new Dictionary<string, string> { ["NO_PROXY"] = "localhost" }, "publish", project, "-c", "Release", "-t:PublishContainer",
                $"-p:ContainerBaseImage={registry.Image}", $"-p:ContainerArchiveOutputPath={archive}", "-p:RunAnalyzers=false");
            var config = Unpack(archive, folder.FullName, name);

            Assert.Equal(["dotnet", $"/app/{project}.dll"], Strings(config.GetProperty("Entrypoint")));
            Assert.Equal("/app/", config.GetProperty("WorkingDir").GetString());
            Assert.Equal("1654", config.GetProperty("User").GetString()); // not root
            Assert.Equal("8080/tcp", Assert.Single(config.GetProperty("ExposedPorts").EnumerateObject()).Name);
            var labels = config.GetProperty("Labels");
            Assert.Equal("MIT", labels.GetProperty("org.opencontainers.image.licenses").GetString());
            Assert.NotEmpty(labels.GetProperty("org.opencontainers.image.description").GetString()!);
            Assert.Equal("The PipelineAspire contributors", labels.GetProperty("org.opencontainers.image.authors").GetString());

            await AssertServesAsync(Path.Combine(folder.FullName, "app"), project, paths.Split(' '));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task AssertServesAsync(string app, string project, string[] paths)
    {
        await using var server = ChildProcess.Start(new ProcessStartInfo(BuiltProject.Dotnet, [Path.Combine(app, $"{project}.dll")])
        {
            WorkingDirectory = app,
            Environment =
            {
                ["ASPNETCORE_HTTP_PORTS"] = null, // it would listen beyond this machine
                ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
                ["ASPNETCORE_ENVIRONMENT"] = null,
                ["DOTNET_ENVIRONMENT"] = null,
                ["PipelineBackend__BaseUrl"] = "http://127.0.0.1:9",
                ["StatusStreamApi__BaseUrl"] = "http://127.0.0.1:9",
            },
        });
        var listening = await server.LineAsync("Now listening on: ");
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(listening[listening.IndexOf("http", StringComparison.Ordinal)..].Trim()) };
        foreach (var path in paths)
        {
            using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
            Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode}");
        }
    }

    /// <summary>Unpacks what the image's layers have; gives how it is to be started.</summary>
    private static JsonElement Unpack(string archive, string folder, string name)
    {
        var image = Path.Combine(folder, "image");
        Directory.CreateDirectory(image);
        TarFile.ExtractToDirectory(archive, image, overwriteFiles: false);
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(image, "manifest.json")));
        var about = Assert.Single(manifest.RootElement.EnumerateArray());
        Assert.Equal([$"{name}:latest"], Strings(about.GetProperty("RepoTags")));
        foreach (var layer in Strings(about.GetProperty("Layers")))
        {
            using var files = new GZipStream(File.OpenRead(Path.Combine(image, layer)), CompressionMode.Decompress);
            TarFile.ExtractToDirectory(files, folder, overwriteFiles: true);
        }

        using var config = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(image, about.GetProperty("Config").GetString()!)));
        return config.RootElement.GetProperty("config").Clone();
    }

    private static string[] Strings(JsonElement array) => [.. array.EnumerateArray().Select(text => text.GetString()!)];
}
