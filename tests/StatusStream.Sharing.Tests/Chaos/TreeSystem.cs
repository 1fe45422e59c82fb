using System.Net.Http.Json;
using System.Text.Json;

namespace PipelineAspire.StatusStream.Sharing.Tests.Chaos;

/// <summary>Three replicas, two relays in front of all of them, and two relays in front of each of these, for the clients.</summary>
public sealed class TreeSystem : SharedSystem
{
    private const int Branches = 2;

    private readonly List<Service> _relays = [];
    private readonly List<Service> _leaves = [];
    private readonly HttpClient _http = new() { Timeout = Bounded.Patience };

    public TreeSystem()
        : base(TimeSpan.FromMilliseconds(200), hasControl: true)
    {
    }

    /// <summary>The relays in front of the replicas.</summary>
    internal IReadOnlyList<Service> Relays => _relays;

    /// <summary>The relays in front of relays.</summary>
    internal IReadOnlyList<Service> Leaves => _leaves;

    /// <inheritdoc/>
    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        for (var i = 0; i < Branches; i++)
        {
            var relay = Relay(Addresses);
            _relays.Add(relay);
            for (var j = 0; j < Branches; j++) _leaves.Add(Relay([relay.Address]));
        }

        await StartRelaysAsync();
    }

    /// <inheritdoc/>
    public override async Task DisposeAsync()
    {
        foreach (var relay in _leaves.Concat(_relays)) await relay.DisposeAsync();
        _http.Dispose();
        await base.DisposeAsync();
    }

    /// <inheritdoc/>
    internal override async Task RepairAsync()
    {
        await base.RepairAsync();
        await StartRelaysAsync();
    }

    /// <summary>How many streams are open at a service.</summary>
    internal async Task<int> StreamsAtAsync(Service hub) =>
        (await _http.GetFromJsonAsync<JsonElement>(new Uri(hub.Address, "control/state"))).GetProperty("streams").GetInt32();

    private Service Relay(IReadOnlyList<Uri> hubs) => new(BuiltProject.StatusStreamApi, new Dictionary<string, string>(
        hubs.Select((hub, i) => KeyValuePair.Create($"services__hub__http__{i}", hub.GetLeftPart(UriPartial.Authority))).Concat(Service.WithControl))
    {
        ["StatusStream__Upstream"] = "http://hub",
        ["StatusStream__PollInterval"] = Interval.ToString("c"),
    });

    private async Task StartRelaysAsync()
    {
        foreach (var relay in _relays.Concat(_leaves).Where(relay => !relay.IsRunning)) await relay.StartAsync();
    }
}
