using System.IO.Compression;
using System.Reflection;

namespace PipelineAspire.Packages.Tests;

/// <summary>
/// All packages, packed once for the tests of this project, and a copy of the samples that finds them in a folder, as somebody who has nothing else.
/// </summary>
public sealed class PackedArtefacts : IAsyncLifetime
{
    internal static readonly string Repository = typeof(PackedArtefacts).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == nameof(Repository)).Value!;

    private static readonly string Work = Path.Combine(Repository, "artifacts", "packages-tests");

    /// <summary>The samples' nuget.config finds it there.</summary>
    private static readonly string Feed = Path.Combine(Work, "artifacts", "nuget");

    private static readonly string Samples = Path.Combine(Work, "samples");

    /// <summary>What is restored is kept for the next run, but for packages of ours.</summary>
    private static readonly string Restored = Path.Combine(Work, "restored");

    private static readonly Dictionary<string, string> Nothing = [];

    /// <summary>Each is a project of that name.</summary>
    public static readonly string[] Ids = ["StatusStream", "StatusStream.Client", "StatusStream.Client.Aspire", "StatusStream.Hosting"];

    public async Task InitializeAsync()
    {
        Delete(Feed, Samples);
        if (Directory.Exists(Restored)) Delete(Directory.GetDirectories(Restored, "statusstream*"));
        foreach (var id in Ids)
            await Sdk.RunAsync(Repository, Nothing, "pack", id, "-c", "Release", "-o", Feed, "-p:RunAnalyzers=false");
        Copy(Path.Combine(Repository, "samples"), Samples);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>Builds a sample against the packages, ready to run; returns its executable.</summary>
    public static async Task<string> PublishAsync(string sample)
    {
        var folder = Path.Combine(Samples, sample);
        await Sdk.RunAsync(folder, new Dictionary<string, string> { ["NUGET_PACKAGES"] = Restored }, "publish", "-c", "Release", "-o", "published");
        return Path.Combine(folder, "published", sample);
    }

    /// <summary>A packed file: <c>nupkg</c>, or <c>snupkg</c> with the symbols.</summary>
    public static FileInfo File(string id, string extension = "nupkg") => new(Path.Combine(Feed, $"{id}.1.0.0.{extension}"));

    public static ZipArchive Open(string id, string extension = "nupkg") => ZipFile.OpenRead(File(id, extension).FullName);

    private static void Delete(params string[] folders)
    {
        foreach (var folder in folders.Where(Directory.Exists)) Directory.Delete(folder, recursive: true);
    }

    /// <summary>The samples of .NET, without what was built of them.</summary>
    private static void Copy(string from, string to)
    {
        var files = Directory.EnumerateFiles(from).Concat(
            Directory.EnumerateFiles(from, "*.csproj", SearchOption.AllDirectories).SelectMany(project => Directory.EnumerateFiles(Path.GetDirectoryName(project)!)));
        foreach (var file in files)
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            System.IO.File.Copy(file, copy);
        }
    }
}

[CollectionDefinition(nameof(PackedArtefacts))]
public sealed class PackedArtefactsCollection : ICollectionFixture<PackedArtefacts>;
