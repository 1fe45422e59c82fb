using Microsoft.Extensions.Time.Testing;
using PipelineAspire.Web.Proxy;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace PipelineAspire.Web.Tests;

public sealed class ReplicaWatchTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly ScriptedReplica _replica = new();
    private readonly MarkedReplicas _marked = new();
    private readonly ReplicaWatch _watch;
    private readonly ClusterState _cluster;
    private readonly DestinationState _destination = new("0", new DestinationModel(new DestinationConfig { Address = "http://replica/base/" }));

    public ReplicaWatchTests()
    {
        _watch = new ReplicaWatch(_replica, _marked, _clock);
        _cluster = new ClusterState(
            "statusstream",
            new ClusterModel(
                ProxyConfiguration.ClusterOf([new Uri("http://replica/base/"), new Uri("http://other/")], TimeSpan.FromHours(1)),
                new HttpMessageInvoker(_replica)));
    }

    [Fact]
    public async Task AnAnswerInTimeAsksNothing()
    {
        Assert.False(await _watch.IsSilentAsync(_cluster, _destination, Task.CompletedTask).WaitAsync(Bounds.Patience));
        Assert.Empty(_replica.Questions);
    }

    [Fact]
    public async Task AReplicaThatAnswersNothingIsFoundSilentAndMarked()
    {
        var watching = _watch.IsSilentAsync(_cluster, _destination, new TaskCompletionSource().Task);
        _clock.Advance(ReplicaWatch.Patience);
        await _replica.Asked();
        _clock.Advance(ReplicaWatch.AliveTimeout);

        Assert.True(await watching.WaitAsync(Bounds.Patience));
        Assert.Equal([("http://replica/base/alive", DestinationHealth.Unhealthy)], _replica.Questions.Zip(_marked.Marks));
    }

    [Fact]
    public async Task ManyRequestsThatWaitShareTheirQuestions()
    {
        var watching = Enumerable.Range(0, 50).Select(_ => _watch.IsSilentAsync(_cluster, _destination, new TaskCompletionSource().Task)).ToArray();
        _clock.Advance(ReplicaWatch.Patience);
        await _replica.Asked();
        var all = Task.WhenAll(watching);
        await Bounds.Until(async () =>
        {
            _clock.Advance(ReplicaWatch.AliveTimeout / 10);
            await Task.WhenAny(all, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System)); // the thread pool's turn
            return all.IsCompleted;
        });

        Assert.All(await all, Assert.True);
        Assert.InRange(_replica.Questions.Count, 1, 10); // those that come too late for one answer share the next
    }

    [Fact]
    public void AReplicaThatAnswersOthersIsBusyNotSilent()
    {
        var watching = _watch.IsSilentAsync(_cluster, _destination, new TaskCompletionSource().Task);
        for (var second = 0; second < 30; second++)
        {
            _watch.Heard(_destination);
            _clock.Advance(ReplicaWatch.Patience);
        }

        Assert.False(watching.IsCompleted);
        Assert.Empty(_replica.Questions);
    }

    [Fact]
    public async Task AnAnswerThatComesWhileItIsAskedIsTaken()
    {
        var answer = new TaskCompletionSource();
        var watching = _watch.IsSilentAsync(_cluster, _destination, answer.Task);
        _clock.Advance(ReplicaWatch.Patience);
        await _replica.Asked();
        answer.SetResult();

        Assert.False(await watching.WaitAsync(Bounds.Patience));
        Assert.Empty(_marked.Marks);
    }

    /// <summary>A replica that never answers; tells what it was asked.</summary>
    private sealed class ScriptedReplica : HttpMessageHandler, IHttpClientFactory
    {
        private readonly SemaphoreSlim _asked = new(0);

        public List<string> Questions { get; } = [];

        public HttpClient CreateClient(string name) => new(this, disposeHandler: false);

        public async Task Asked() => Assert.True(await _asked.WaitAsync(Bounds.Patience));

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Questions.Add(request.RequestUri!.AbsoluteUri);
            var answer = new TaskCompletionSource<HttpResponseMessage>();
            await using var registration = cancellationToken.Register(() => answer.TrySetCanceled(cancellationToken));
            _asked.Release();
            return await answer.Task;
        }
    }

    private sealed class MarkedReplicas : IDestinationHealthUpdater
    {
        public List<DestinationHealth> Marks { get; } = [];

        public void SetPassive(ClusterState cluster, DestinationState destination, DestinationHealth newHealth, TimeSpan reactivationPeriod) =>
            Marks.Add(newHealth);

        public void SetActive(ClusterState cluster, IEnumerable<NewActiveDestinationHealth> newHealthStates) => throw new NotSupportedException();
    }
}
