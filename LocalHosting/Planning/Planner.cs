using System.Reflection;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using PipelineAspire.LocalHosting.Running;

namespace PipelineAspire.LocalHosting.Planning;

/// <summary>Turns resources into processes to be: everything that can be wrong is found here, before anything is started.</summary>
/// <param name="output">Where the built projects are.</param>
/// <param name="launchProfile">The AppHost's own.</param>
/// <param name="randomizePorts">Every port is a free one, those that a resource insists on too.</param>
internal sealed class Planner(BuildOutput output, string? launchProfile, bool randomizePorts = false) : IDisposable
{
    private const string Loopback = "127.0.0.1";

    private readonly Dictionary<IResource, IReadOnlyList<Uri>> _addresses = [];
    private readonly List<PortReservation> _reservations = [];

    /// <summary>Where the replicas of a project listen; nothing for other resources.</summary>
    public IReadOnlyList<Uri> AddressesOf(IResource resource) => _addresses.GetValueOrDefault(resource) ?? [];

    /// <exception cref="DistributedApplicationException">A project is not built, a port is in use, a parameter has no value, …</exception>
    public IReadOnlyList<ProcessPlan> Plan(IReadOnlyList<IResource> resources)
    {
        foreach (var parameter in resources.OfType<ParameterResource>()) parameter.Resolve();

        var redis = resources.OfType<RedisResource>().SelectMany(PlanRedis).ToList();
        var settled = resources.OfType<ProjectResource>().Select(Settle).ToList();
        return [.. redis, .. settled.SelectMany(PlanProject)];
    }

    public void Dispose()
    {
        foreach (var reservation in _reservations) reservation.Dispose();
    }

    private IEnumerable<ProcessPlan> PlanRedis(RedisResource redis)
    {
        if (redis.Configured is { } configured)
        {
            redis.Address = RedisAddress.Parse(configured);
            return [];
        }

        var wanted = randomizePorts ? null : redis.FixedPort;
        if (wanted is { } port) FixedPort.MustBeFree(port, redis.Name, $"{Loopback}:{port}");
        var reservation = wanted is null ? Reserve() : null;
        var address = new RedisAddress(Loopback, wanted ?? reservation!.Port, redis.Password());
        redis.Address = address;

        var project = typeof(Planner).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(metadata => metadata.Key == "LocalRedisProject").Value!;
        var environment = new Dictionary<string, string>
        {
            ["LOCALREDIS_PORT"] = address.Port.ToString(),
            ["LOCALREDIS_PASSWORD"] = address.Password!,
        };
        return [new ProcessPlan(
            redis, redis.Name, output.AssemblyOf(project), Path.GetDirectoryName(project)!, environment,
            $"{address.Host}:{address.Port}", RedisProbe.For(address), reservation)];
    }

    /// <summary>
    /// A project without <c>WithReplicas</c> listens where its launch profile says. Replicas get a free port each, of
    /// 127.0.0.1 rather than localhost: on ::1 somebody else may have the same port.
    /// </summary>
    private Settled Settle(ProjectResource project)
    {
        var path = project.Annotations.OfType<IProjectMetadata>().Single().ProjectPath;
        var profile = LaunchProfile.Of(path, launchProfile);
        var assembly = output.AssemblyOf(path);
        var replicas = project.Annotations.OfType<ReplicaAnnotation>().FirstOrDefault()?.Replicas;
        PortReservation[] reservations = [];
        if (replicas is null && !randomizePorts && profile.Url is { } url)
        {
            FixedPort.MustBeFree(url.Port, project.Name, url.GetLeftPart(UriPartial.Authority));
            _addresses[project] = [url];
        }
        else
        {
            reservations = [.. Enumerable.Range(0, replicas ?? 1).Select(_ => Reserve())];
            _addresses[project] = [.. reservations.Select(reservation => new Uri($"http://{Loopback}:{reservation.Port}"))];
        }

        return new Settled(project, path, assembly, profile, reservations);
    }

    private IEnumerable<ProcessPlan> PlanProject(Settled settled)
    {
        var (project, path, assembly, profile, reservations) = settled;
        var addresses = _addresses[project];
        var health = project.Annotations.OfType<HttpHealthCheckAnnotation>().FirstOrDefault();
        var fromModel = ResourceEnvironment.Of(project, AddressesOf);
        for (var replica = 0; replica < addresses.Count; replica++)
        {
            var address = addresses[replica].GetLeftPart(UriPartial.Authority);
            var name = addresses.Count == 1 ? project.Name : $"{project.Name}-{replica}";
            var environment = new Dictionary<string, string>(profile.Environment)
            {
                ["DOTNET_LAUNCH_PROFILE"] = profile.Name,
                ["ASPNETCORE_URLS"] = address,
                ["OTEL_SERVICE_NAME"] = project.Name,
                ["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={name}",
                ["Logging__Console__FormatterName"] = "simple",
                ["Logging__Console__FormatterOptions__SingleLine"] = "true",
            };
            foreach (var (variable, value) in fromModel) environment[variable] = value;
            var probe = health is null ? null : HttpProbe.For(new Uri(addresses[replica], health.Path), health.StatusCode);
            yield return new ProcessPlan(
                project, name, assembly, Path.GetDirectoryName(path)!, environment, address, probe, reservations.ElementAtOrDefault(replica));
        }
    }

    private PortReservation Reserve()
    {
        var reservation = new PortReservation();
        _reservations.Add(reservation);
        return reservation;
    }

    private sealed record Settled(
        ProjectResource Project, string Path, string Assembly, LaunchProfile Profile, PortReservation[] Reservations);
}
