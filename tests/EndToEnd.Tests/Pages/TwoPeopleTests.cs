using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using PipelineAspire.EndToEnd.Tests.Running;

namespace PipelineAspire.EndToEnd.Tests.Pages;

/// <summary>Two people sign in and see two lists, and one of them loses a right while looking: CONTRACT section 7, as the demo shows it.</summary>
public sealed class TwoPeopleTests : IAsyncLifetime
{
    private const string Secret = "demo-secret";
    private static readonly LocatorAssertionsToHaveCountOptions WithinHalfAMinute = new() { Timeout = 40_000 };

    private readonly Service _identity = new(BuiltProject.DemoIdentity, new Dictionary<string, string> { ["ASPNETCORE_ENVIRONMENT"] = "Development" });
    private readonly HttpClient _http = new() { Timeout = Bounded.Patience };
    private RunningSystem? _system;
    private Browser? _browser;

    public async Task InitializeAsync()
    {
        await _identity.StartAsync();
        var authority = _identity.Address.GetLeftPart(UriPartial.Authority);
        _system = await RunningSystem.StartAsync(new SystemSettings
        {
            Pipelines = ["orders-1", "ledger-1"],
            Api = new Dictionary<string, string>
            {
                ["Authentication__Schemes__Bearer__Authority"] = authority,
                ["Authentication__Schemes__Bearer__RequireHttpsMetadata"] = "false",
                ["Authentication__Schemes__Bearer__ValidAudiences__0"] = "statusstream",
            },
            Web = new Dictionary<string, string>(Service.WithControl)
            {
                ["Authentication__Schemes__OpenIdConnect__Authority"] = authority,
                ["Authentication__Schemes__OpenIdConnect__RequireHttpsMetadata"] = "false",
                ["Authentication__Schemes__OpenIdConnect__ClientId"] = "web",
                ["Authentication__Schemes__OpenIdConnect__ClientSecret"] = Secret,
                ["Demo__Rights__Url"] = authority + "/rights/",
                ["Demo__Rights__Secret"] = Secret,
                ["StatusStream__UpstreamToken"] = await ServiceTokenAsync(),
            },
        });
        _browser = await Browser.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        if (_system is not null) await _system.DisposeAsync();
        await _identity.DisposeAsync();
        _http.Dispose();
    }

    [Fact]
    public async Task TwoPeopleSeeTwoListsAndARightThatIsWithdrawnLeavesTheOpenPage()
    {
        await using var ada = await SignInAsync("Ada");
        await using var ben = await SignInAsync("Ben");
        await ada.Page.ExpectFreshnessAsync("ledger-1", "fresh");
        await ben.Page.ExpectFreshnessAsync("orders-1", "fresh");
        await Assertions.Expect(ben.Pipeline("ledger-1")).ToHaveCountAsync(0);

        await _system!.Backend.SetAsync("orders-1", "Paused");
        await ada.Page.ExpectStatusAsync("orders-1", "paused");
        await ben.Page.ExpectStatusAsync("orders-1", "paused");
        await ben.Page.ExpectAccessibleAsync();

        await GrantAsync(isGranted: false);
        await Assertions.Expect(ben.Pipeline("orders-1")).ToHaveCountAsync(0, WithinHalfAMinute);
        await ada.Page.ExpectFreshnessAsync("orders-1", "fresh");

        await GrantAsync(isGranted: true);
        await Assertions.Expect(ben.Pipeline("orders-1")).ToHaveCountAsync(1, WithinHalfAMinute);
        await ben.Page.ExpectFreshnessAsync("orders-1", "fresh");
        Assert.Empty(ada.Complaints);
    }

    [Fact]
    public async Task WhoSignsOutSeesNothingMoreAndIsLedBackIn()
    {
        await using var ada = await SignInAsync("Ada");
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Assertions.Expect(ada.Page.GetByRole(AriaRole.Heading, new() { Name = "You are signed out" })).ToBeVisibleAsync();
        await ada.Page.ExpectAccessibleAsync();
        var answer = await ada.Page.APIRequest.GetAsync("/ui-api/pipeline");
        Assert.Equal(401, answer.Status);

        await ada.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in again" }).ClickAsync();
        await Assertions.Expect(ada.Page.GetByRole(AriaRole.Button, new() { Name = "Continue as Ada" })).ToBeVisibleAsync();
    }

    private async Task<Visitor> SignInAsync(string name)
    {
        var visitor = await _browser!.VisitAsync(_system!.Web.Address);
        await visitor.Page.GotoAsync("/");
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = $"Continue as {name}" }).ClickAsync();
        await Assertions.Expect(visitor.Page.Locator(".account-name")).ToHaveTextAsync(name);
        await visitor.Page.ExpectStateAsync("connected");
        return visitor;
    }

    private async Task GrantAsync(bool isGranted)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["right"] = "orders-*", ["granted"] = isGranted ? "true" : "false" });
        using var answer = await _http.PostAsync(new Uri(_identity.Address, "/rights/ben"), form);
        Assert.True((int)answer.StatusCode < 400, $"The provider answered {answer.StatusCode}.");
    }

    private async Task<string> ServiceTokenAsync()
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = "web-service",
            ["client_secret"] = "demo-service-secret",
        });
        using var answer = await _http.PostAsync(new Uri(_identity.Address, "/token"), form);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!;
    }
}
