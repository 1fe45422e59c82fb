using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace PipelineAspire.Packages.Tests;

/// <summary>
/// A registry with one image, which has an empty folder, and the settings of Microsoft's chiselled one. What the SDK adds to an image can so be
/// looked at where no other registry is.
/// </summary>
internal sealed class BaseImageRegistry : IAsyncDisposable
{
    private const string ManifestType = "application/vnd.docker.distribution.manifest.v2+json";

    private readonly WebApplication _app;
    private readonly Dictionary<string, byte[]> _blobs = new(StringComparer.Ordinal);
    private readonly byte[] _manifest;

    private BaseImageRegistry(WebApplication app)
    {
        _app = app;
        var files = new MemoryStream();
        using (var writer = new TarWriter(files, leaveOpen: true)) writer.WriteEntry(new PaxTarEntry(TarEntryType.Directory, "home/"));
        var tar = files.ToArray();
        var layer = Compress(tar);
        var config = Encoding.UTF8.GetBytes($$$"""
            {"architecture":"amd64","os":"linux","created":"2026-01-01T00:00:00Z",
             "config":{"Env":["APP_UID=1654","ASPNETCORE_HTTP_PORTS=8080","DOTNET_RUNNING_IN_CONTAINER=true"],"User":"1654"},
             "rootfs":{"type":"layers","diff_ids":["{{{Digest(tar)}}}"]},"history":[{"created":"2026-01-01T00:00:00Z","created_by":"a test"}]}
            """);
        _manifest = Encoding.UTF8.GetBytes($$"""
            {"schemaVersion":2,"mediaType":"{{ManifestType}}",
             "config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":{{config.Length}},"digest":"{{Keep(config)}}"},
             "layers":[{"mediaType":"application/vnd.docker.image.rootfs.diff.tar.gzip","size":{{layer.Length}},"digest":"{{Keep(layer)}}"}]}
            """);
    }

    /// <summary>The SDK speaks plain HTTP to this machine only.</summary>
    public string Image => string.Create(CultureInfo.InvariantCulture, $"localhost:{new Uri(_app.Urls.Single()).Port}/base:1");

    public static async Task<BaseImageRegistry> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var registry = new BaseImageRegistry(builder.Build());
        registry._app.MapMethods("/v2/base/manifests/{reference}", ["GET", "HEAD"], (HttpResponse response) =>
        {
            response.Headers["Docker-Content-Digest"] = Digest(registry._manifest);
            return Results.Bytes(registry._manifest, ManifestType);
        });
        registry._app.MapGet(
            "/v2/base/blobs/{digest}", (string digest) => registry._blobs.TryGetValue(digest, out var blob) ? Results.Bytes(blob) : Results.NotFound());
        await registry._app.StartAsync();
        return registry;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private string Keep(byte[] blob)
    {
        _blobs[Digest(blob)] = blob;
        return Digest(blob);
    }

    private static string Digest(byte[] bytes) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";

    private static byte[] Compress(byte[] bytes)
    {
        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest)) gzip.Write(bytes);
        return compressed.ToArray();
    }
}
