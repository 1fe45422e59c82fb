using System.Net;
using System.Net.Http.Json;

namespace PipelineAspire.StatusStream.Sharing.Tests.Chaos;

/// <summary>A replica that is paused by <c>/control/pause</c>, as demos do it.</summary>
public sealed class PauseTests : IAsyncLifetime
{
    private static readonly Uri Alive = new("alive", UriKind.Relative);

    private readonly Service _replica = new(BuiltProject.StatusStreamApi, new Dictionary<string, string>(Service.WithControl)
    {
        ["PipelineBackend__BaseUrl"] = $"http://127.0.0.1:{FreePort.Take()}",
    });

    private readonly HttpClient _http;

    public PauseTests() => _http = new HttpClient { BaseAddress = _replica.Address, Timeout = Bounded.Patience };

    public Task InitializeAsync() => _replica.StartAsync();

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _replica.DisposeAsync();
    }

    [Fact]
    public async Task ItStandsStillForAsLongAsItWasToldAndGoesOnByItself()
    {
        var asked = Bounded.Now;
        await PauseAsync(seconds: 2);

        using var answer = await _http.GetAsync(Alive);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.InRange(Bounded.Since(asked), TimeSpan.FromSeconds(2), Bounded.Patience);
        Assert.False(ProcessState.IsStopped(_replica.Process.Id));
    }

    [Fact]
    public async Task ItAnswersNothingUntilItIsContinued()
    {
        await PauseAsync(seconds: 120);
        var answering = _http.GetAsync(Alive);
        await Bounded.PassAsync(TimeSpan.FromSeconds(1));
        Assert.False(answering.IsCompleted);

        _replica.Process.Signal("CONT");

        using var answer = await answering;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task OneThatEndsMeanwhileLeavesNobodyWhoWaitsToContinueIt()
    {
        await PauseAsync(seconds: 120);

        _replica.Process.Signal("KILL");

        // The one who waits has the output open, and the output ends with it.
        Assert.NotEqual(0, await _replica.Process.ExitCodeAsync());
    }

    /// <summary>Returns once it stands still.</summary>
    private async Task PauseAsync(int seconds)
    {
        using var answer = await _http.PostAsync(new Uri($"control/pause?seconds={seconds}", UriKind.Relative), content: null);
        answer.EnsureSuccessStatusCode();
        Assert.Equal(new Paused(_replica.Process.Id, seconds), await answer.Content.ReadFromJsonAsync<Paused>());
        await Bounded.UntilAsync("it stands still", () => Task.FromResult(ProcessState.IsStopped(_replica.Process.Id)));
    }

    private sealed record Paused(int ProcessId, int Seconds);
}
