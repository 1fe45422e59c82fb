using System.Text.Json;

namespace PipelineAspire.EndToEnd.Tests.AppModel;

/// <summary>What <c>--operation publish --publisher manifest</c> writes.</summary>
public sealed class ManifestTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("manifest");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task ItHasRedisThreeReplicasAndWebAndAsksForTheBackend()
    {
        var resources = (await PublishAsync()).RootElement.GetProperty("resources");

        Assert.Equal(
            ["backend-url", "redis", "statusstream", "UseSseStatus", "web"],
            resources.EnumerateObject()
                .Where(resource => !IsMadeByAspire(resource.Name))
                .Select(resource => resource.Name)
                .Order(StringComparer.OrdinalIgnoreCase));
        Assert.StartsWith("container.", resources.GetProperty("redis").GetProperty("type").GetString(), StringComparison.Ordinal);
        Assert.Equal(3, resources.GetProperty("statusstream").GetProperty("replicas").GetInt32());
        Assert.Equal("{backend-url.value}", Environment(resources, "statusstream").GetProperty("PipelineBackend__BaseUrl").GetString());
        Assert.Equal("{redis.connectionString}", Environment(resources, "statusstream").GetProperty("ConnectionStrings__redis").GetString());
        Assert.Equal("{UseSseStatus.value}", Environment(resources, "web").GetProperty("FeatureManagement__UseSseStatus").GetString());
        Assert.Contains("statusstream", Environment(resources, "web").GetProperty("services__statusstream__http__0").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ItHasNoControlAndNoSecret()
    {
        using var manifest = await PublishAsync();

        Assert.DoesNotContain("Control__Enabled", manifest.RootElement.GetRawText(), StringComparison.Ordinal);
        var password = manifest.RootElement.GetProperty("resources").GetProperty("redis-password");
        Assert.Equal("{redis-password.inputs.value}", password.GetProperty("value").GetString());
        Assert.True(password.GetProperty("inputs").GetProperty("value").GetProperty("secret").GetBoolean());
    }

    [Fact]
    public async Task TheFakeBackendIsPublishedOnlyWhenAskedFor()
    {
        using var manifest = await PublishAsync("--Backend=fake");

        var resources = manifest.RootElement.GetProperty("resources");
        Assert.Equal("{backend.bindings.http.url}", Environment(resources, "statusstream").GetProperty("PipelineBackend__BaseUrl").GetString());
        Assert.DoesNotContain("Control__Enabled", manifest.RootElement.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--Backend=nonsense", "--Backend must be fake or an http or https URL, not 'nonsense'.")]
    [InlineData("--Redis=nonsense", "--Redis must be embedded or container, not 'nonsense'.")]
    public async Task ASenselessChoiceStopsTheStartByItsName(string argument, string reason)
    {
        await using var appHost = ChildProcess.Start(BuiltProject.AppHost.Command(new Dictionary<string, string>(), argument));

        Assert.NotEqual(0, await appHost.ExitCodeAsync());
        Assert.Contains(reason, appHost.Output, StringComparison.Ordinal);
    }

    /// <summary>Redis's password, its encoded form, and the condition of its TLS.</summary>
    private static bool IsMadeByAspire(string resource) =>
        resource.StartsWith("redis-", StringComparison.Ordinal) || resource.StartsWith("cond-", StringComparison.Ordinal);

    private static JsonElement Environment(JsonElement resources, string resource) => resources.GetProperty(resource).GetProperty("env");

    private async Task<JsonDocument> PublishAsync(params string[] arguments)
    {
        var path = Path.Combine(_folder.FullName, "manifest.json");
        await using var appHost = ChildProcess.Start(BuiltProject.AppHost.Command(
            new Dictionary<string, string>(), ["--operation", "publish", "--publisher", "manifest", "--output-path", path, .. arguments]));
        Assert.Equal(0, await appHost.ExitCodeAsync());
        Assert.True(File.Exists(path), appHost.Output);
        return JsonDocument.Parse(await File.ReadAllTextAsync(path));
    }
}
