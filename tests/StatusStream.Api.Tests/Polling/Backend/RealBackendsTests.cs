using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Backend;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Polling.Backend;

/// <summary>
/// The settings of docs/backends.md, each as it stands there, against a server that answers in the form which that backend documents.
/// </summary>
public sealed partial class RealBackendsTests : IAsyncLifetime
{
    private KestrelBackend _backend = null!;

    public async Task InitializeAsync()
    {
        _backend = await KestrelBackend.StartAsync();
        _backend.Otherwise = KestrelBackend.Code(404);
    }

    public async Task DisposeAsync() => await _backend.DisposeAsync();

    [Fact]
    public void EverySectionOfTheDocumentIsTried() => Assert.Equal(
        ["GlassFlow", "The fake backend", "Airflow", "Argo CD", "Kubernetes", "GitHub Actions"], Blocks().Select(block => block.Heading));

    [Fact]
    public async Task GlassFlow()
    {
        const string List =
            """
            [{"pipeline_id":"orders","name":"Orders","transformation_type":"Join","created_at":"2026-01-01T00:00:00Z","status":"Running"},
             {"pipeline_id":"users","name":"Users","transformation_type":"Ingest Only","created_at":"2026-01-01T00:00:00Z","status":"Terminating"}]
            """;
        _backend.AnswersAt("/api/v1/pipeline/orders/health", KestrelBackend.Status("Stopping"));
        _backend.AnswersAt("/api/v1/pipeline", KestrelBackend.Json(List));
        await using var rig = RigOf("GlassFlow");

        Assert.Equal("stopping", await StatusAsync(rig, "orders"));
        Assert.Equal("orders active, users terminating, gone missing", await BatchAsync(rig, "orders", "users", "gone"));
        Assert.Equal("orders users", await ListAsync(rig));
        Assert.Equal(PipelineCondition.NotFound, (await rig.ReadAsync("gone")).Condition);
    }

    [Theory]
    [InlineData("/pipeline/health?ids={ids}", "/pipeline/health?ids=orders,users,gone")]
    [InlineData("/pipeline", "/pipeline")]
    public async Task TheFakeBackend(string batchPath, string target)
    {
        const string List =
            """
            [{"pipeline_id":"orders","pipeline_name":"Orders","overall_status":"Running","created_at":"2026-01-01T00:00:00Z","updated_at":null},
             {"pipeline_id":"users","pipeline_name":"Users","overall_status":"Paused","created_at":"2026-01-01T00:00:00Z","updated_at":null}]
            """;
        _backend.AnswersAt("/pipeline/orders/health", BackendRig.Tagged("""{"pipeline_id":"orders","overall_status":"Running"}""", "\"1f\""));
        _backend.AnswersAt(target, BackendRig.Tagged(List, "\"2f\""));
        _backend.AnswersAt("/pipeline", BackendRig.Tagged(List, "\"2f\""));
        await using var rig = RigOf("The fake backend", ("PipelineBackend:Batch:Path", batchPath));

        Assert.Equal("active", await StatusAsync(rig, "orders"));
        Assert.Equal("orders users", await ListAsync(rig));
        for (var i = 0; i < 2; i++) Assert.Equal("orders active, users paused, gone missing", await BatchAsync(rig, "orders", "users", "gone"));
        Assert.Equal("\"2f\"", _backend.LastHeaders!.IfNoneMatch);
        Assert.Contains(Settings("The fake backend"), setting => setting == ("PipelineBackend:Batch:Path", "/pipeline/health?ids={ids}"));
    }

    [Fact]
    public async Task Airflow()
    {
        const string Runs =
            """
            {"dag_runs":[
              {"dag_run_id":"scheduled__2026-01-02","dag_id":"hourly","run_after":"2026-01-02T00:00:00Z","run_type":"scheduled","state":"queued","conf":{}},
              {"dag_run_id":"scheduled__2026-01-01","dag_id":"hourly","run_after":"2026-01-01T00:00:00Z","run_type":"scheduled","state":"failed","conf":{}},
              {"dag_run_id":"manual__2026-01-01","dag_id":"nightly","run_after":"2026-01-01T00:00:00Z","run_type":"manual","state":"success","conf":{}}],
             "total_entries":3}
            """;
        _backend.AnswersAt("/api/v2/dags/hourly/dagRuns?order_by=-run_after&limit=1", KestrelBackend.Json(
            """{"dag_runs":[{"dag_run_id":"scheduled__2026-01-02","dag_id":"hourly","state":"running"}],"total_entries":512}"""));
        _backend.AnswersAt("/api/v2/dags/idle/dagRuns?order_by=-run_after&limit=1", KestrelBackend.Json("""{"dag_runs":[],"total_entries":0}"""));
        _backend.AnswersAt("/api/v2/dags/~/dagRuns?order_by=-run_after&limit=100", KestrelBackend.Json(Runs));
        _backend.AnswersAt("/api/v2/dags?limit=100", KestrelBackend.Json(
            """{"dags":[{"dag_id":"hourly","dag_display_name":"Hourly","is_paused":false},{"dag_id":"nightly","is_paused":false}],"total_entries":2}"""));
        await using var rig = RigOf("Airflow");

        Assert.Equal("active", await StatusAsync(rig, "hourly"));
        Assert.Equal("unknown", await StatusAsync(rig, "idle"));
        Assert.Equal("hourly starting, nightly stopped, idle missing", await BatchAsync(rig, "hourly", "nightly", "idle"));
        Assert.Equal("hourly nightly", await ListAsync(rig));
        Assert.Equal(PipelineCondition.NotFound, (await rig.ReadAsync("gone")).Condition);
        Assert.Equal("Bearer <token>", _backend.LastHeaders!.Authorization);
    }

    [Fact]
    public async Task ArgoCd()
    {
        const string List =
            """
            {"items":[{"metadata":{"name":"shop"},"status":{"health":{"status":"Healthy"}}},
                      {"metadata":{"name":"search"},"status":{"health":{"status":"Suspended"}}}]}
            """;
        const string All = "/api/v1/applications?fields=items.metadata.name,items.status.health.status";
        var resources = string.Join(',', Enumerable.Repeat("""{"kind":"Deployment","status":"Synced","health":{"status":"Healthy"}}""", 5000));
        _backend.AnswersAt("/api/v1/applications/shop?project=default", KestrelBackend.Json(
            $$$$"""
            {"metadata":{"name":"shop","namespace":"argocd"},"spec":{"project":"default"},
             "status":{"resources":[{{{{resources}}}}],"sync":{"status":"Synced"},"health":{"status":"Degraded"}}}
            """));
        _backend.AnswersAt("/api/v1/applications?fields=items.metadata.name", KestrelBackend.Json("""{"items":[{"metadata":{"name":"shop"}}]}"""));
        _backend.AnswersAt(All, KestrelBackend.Json(List));
        await using var rig = RigOf("Argo CD");

        Assert.Equal("failed", await StatusAsync(rig, "shop"));
        Assert.Equal("shop active, search paused, gone missing", await BatchAsync(rig, "shop", "search", "gone"));
        Assert.Equal("shop", await ListAsync(rig));
        _backend.AnswersAt(All, KestrelBackend.Json("""{"metadata":{"resourceVersion":"7"},"items":null}"""));
        Assert.Equal("shop missing", await BatchAsync(rig, "shop"));
        _backend.Otherwise = KestrelBackend.Code(403);
        Assert.True((await rig.ReadAsync("gone")).IsDenied);
    }

    [Fact]
    public async Task Kubernetes()
    {
        const string Workflows = "/apis/argoproj.io/v1alpha1/namespaces/pipelines/workflows";
        const string List =
            """
            {"apiVersion":"argoproj.io/v1alpha1","kind":"WorkflowList","metadata":{"resourceVersion":"4711","continue":""},"items":[
              {"apiVersion":"argoproj.io/v1alpha1","kind":"Workflow","metadata":{"name":"etl-x7k2p","labels":{"name":"no"}},"status":{"phase":"Succeeded"}},
              {"apiVersion":"argoproj.io/v1alpha1","kind":"Workflow","metadata":{"name":"etl.daily"},"spec":{"items":[{}]},"status":{"phase":"Pending"}},
              {"apiVersion":"argoproj.io/v1alpha1","kind":"Workflow","metadata":{"name":"new"},"status":{}}]}
            """;
        _backend.AnswersAt($"{Workflows}/etl-x7k2p", KestrelBackend.Json(
            """{"kind":"Workflow","metadata":{"name":"etl-x7k2p"},"status":{"nodes":{"etl-x7k2p":{"phase":"Failed"}},"phase":"Running"}}"""));
        _backend.AnswersAt(Workflows, KestrelBackend.Json(List));
        await using var rig = RigOf("Kubernetes");

        Assert.Equal("active", await StatusAsync(rig, "etl-x7k2p"));
        Assert.Equal("etl-x7k2p stopped, etl.daily starting, new unknown, gone missing", await BatchAsync(rig, "etl-x7k2p", "etl.daily", "new", "gone"));
        Assert.Equal("etl-x7k2p etl.daily new", await ListAsync(rig));
        _backend.Otherwise = BackendRig.Code(429, ("Retry-After", "1"));
        Assert.Equal(TimeSpan.FromSeconds(1), (await rig.ReadAsync("busy")).RetryAfter);
    }

    [Fact]
    public async Task GitHubActions()
    {
        const string Runs =
            """
            {"total_count":99,"workflow_runs":[{"id":30433642,"name":"Build","head_branch":"main","run_number":562,"event":"push",
             "status":"in_progress","conclusion":null,"workflow_id":159038}]}
            """;
        (string, string) cacheControl = ("Cache-Control", "private, max-age=60, s-maxage=60");
        _backend.AnswersAt("/repos/octo-org/octo-repo/actions/workflows/build.yml/runs?per_page=1", BackendRig.Tagged(Runs, "W/\"a18c\"", cacheControl));
        _backend.AnswersAt("/repos/octo-org/octo-repo/actions/workflows/159039/runs?per_page=1", KestrelBackend.Json(
            """{"total_count":1,"workflow_runs":[{"id":30433643,"status":"completed","conclusion":"failure"}]}"""));
        _backend.AnswersAt("/repos/octo-org/octo-repo/actions/workflows?per_page=100", KestrelBackend.Json(
            """{"total_count":2,"workflows":[{"id":159038,"name":"Build","path":".github/workflows/build.yml"},{"id":159039,"name":"Lint"}]}"""));
        await using var rig = RigOf("GitHub Actions");

        var first = await rig.ReadAsync("build.yml");
        Assert.Equal((PipelineStatus.Active, "W/\"a18c\"", TimeSpan.FromSeconds(60)), (first.Status!.Value, first.ETag, first.MaxAge));
        var again = await rig.ReadAsync("build.yml", new KnownAnswer(first.ETag!, PipelineStatus.Active));
        Assert.Equal((PipelineCondition.Ok, PipelineStatus.Active, 0), (again.Condition, again.Status!.Value, again.Body.Length));
        Assert.Equal("W/\"a18c\"", _backend.LastHeaders!.IfNoneMatch);
        Assert.Equal("status-hub", _backend.LastHeaders!.UserAgent);
        Assert.Equal("application/vnd.github+json", _backend.LastHeaders!.Accept);
        Assert.Equal("stopped", await StatusAsync(rig, "159039"));
        Assert.Equal("159038 159039", await ListAsync(rig));
        _backend.Otherwise = BackendRig.Code(403, ("Retry-After", "60"), ("X-RateLimit-Remaining", "0"));
        var limited = await rig.ReadAsync("deploy.yml");
        Assert.Equal((TimeSpan.FromSeconds(60), false), (limited.RetryAfter, limited.IsDenied));
    }

    private static async Task<string> StatusAsync(BackendRig rig, string pipelineId)
    {
        var reading = await rig.ReadAsync(pipelineId);
        Assert.Equal((PipelineCondition.Ok, null), (reading.Condition, reading.Reason));
        return reading.Status!.Value.Name();
    }

    private static async Task<string> BatchAsync(BackendRig rig, params string[] pipelineIds)
    {
        var answer = await rig.ReadBatchAsync(pipelineIds);
        Assert.All(answer.Readings, reading => Assert.Equal((PipelineCondition.Ok, null), (reading.Condition, reading.Reason)));
        return string.Join(", ",
        [
            .. answer.Readings.Select(reading => $"{reading.PipelineId} {reading.Status!.Value.Name()}"),
            .. answer.Missing.Select(id => $"{id} missing"),
        ]);
    }

    private static async Task<string> ListAsync(BackendRig rig) => string.Join(' ', (await rig.ListAsync()).PipelineIds!.Order(StringComparer.Ordinal));

    private static IEnumerable<(string Name, string Value)> Settings(string heading)
    {
        var json = Blocks().Single(block => block.Heading == heading).Json;
        var configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();
        return configuration.AsEnumerable().Where(setting => setting.Value is not null).Select(setting => (setting.Key, setting.Value!));
    }

    /// <summary>The sections of the document, each with its settings.</summary>
    private static List<(string Heading, string Json)> Blocks()
    {
        var solution = typeof(RealBackendsTests).Assembly
            .GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "SolutionDirectory").Value!;
        var document = File.ReadAllText(Path.Combine(solution, "docs", "backends.md"));
        return [.. Sections().Matches(document).Select(match => (match.Groups["heading"].Value, match.Groups["json"].Value))];
    }

    [GeneratedRegex(@"^## (?<heading>.+)\n(?:(?!^## |^```).*\n)*?^```json\n(?<json>(?:(?!^```).*\n)*)^```$", RegexOptions.Multiline, 1000)]
    private static partial Regex Sections();

    /// <summary>A replica with the settings of a section, on this backend instead of the real one.</summary>
    private BackendRig RigOf(string heading, params (string Name, string Value)[] changes)
    {
        var settings = Settings(heading).ToDictionary(setting => setting.Name, setting => setting.Value, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in changes) settings[name] = value;
        settings["PipelineBackend:BaseUrl"] = _backend.Url + new Uri(settings["PipelineBackend:BaseUrl"]).AbsolutePath.TrimEnd('/');
        return BackendRig.On(_backend, null, [.. settings.Select(setting => (setting.Key, setting.Value))]);
    }
}
