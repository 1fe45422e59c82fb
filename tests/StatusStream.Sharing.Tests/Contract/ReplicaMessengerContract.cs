using System.Text;
using Microsoft.Extensions.DependencyInjection;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Backplane.Redis;
using PipelineAspire.StatusStream.Sharing.Tests.Servers;

namespace PipelineAspire.StatusStream.Sharing.Tests.Contract;

/// <summary>What watch requests rely on when replicas ask each other, whichever server is between them.</summary>
public abstract class ReplicaMessengerContract : IAsyncLifetime
{
    /// <summary>Whoever waits for an answer has been promised one of some kind within this.</summary>
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(1);

    private readonly ServiceProvider _one;
    private readonly ServiceProvider _other;

    private protected ReplicaMessengerContract(ISharedServer server)
    {
        var prefix = $"test-{Guid.NewGuid():N}";
        _one = Wiring.Replica(server.ConnectionString, prefix).BuildServiceProvider();
        _other = Wiring.Replica(server.ConnectionString, prefix).BuildServiceProvider();
    }

    private IReplicaMessenger One => _one.GetRequiredService<IReplicaMessenger>();

    private IReplicaMessenger Other => _other.GetRequiredService<IReplicaMessenger>();

    public async Task InitializeAsync()
    {
        foreach (var replica in (ServiceProvider[])[_one, _other])
        {
            replica.GetRequiredService<IReplicaMessenger>().AnswerWith(Answer);
            await replica.GetRequiredService<RedisSubscriptions>().ListenAsync().WaitAsync(Bounded.Patience);
        }

        await Bounded.UntilAsync(
            "they hear each other",
            async () => await AskAsync(One, Other.Address, "a") is not null && await AskAsync(Other, One.Address, "b") is not null);
    }

    public async Task DisposeAsync()
    {
        await _one.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Fact]
    public async Task EachQuestionGetsItsOwnAnswerHoweverManyAreAskedAtOnce()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(
            number => number % 2 == 0 ? AskAsync(One, Other.Address, $"{number}") : AskAsync(Other, One.Address, $"{number}")));

        Assert.Equal(Enumerable.Range(0, 50).Select(number => $"{number}!"), answers);
    }

    [Fact]
    public async Task AQuestionOfAMegabyteIsAnswered()
    {
        var large = new string('x', 1024 * 1024);

        Assert.Equal($"{large.Length} bytes!", await AskAsync(One, Other.Address, large));
    }

    [Fact]
    public async Task OneThatIsNotThereIsToldToBeSoWithinASecond()
    {
        var asked = Bounded.Now;

        Assert.Null(await AskAsync(One, ReplicaAddress.New(), "a"));
        Assert.True(Bounded.Since(asked) < Promise, $"after {Bounded.Since(asked)}");
    }

    private static byte[] Answer(ReadOnlyMemory<byte> question) =>
        Encoding.UTF8.GetBytes(question.Length > 100 ? $"{question.Length} bytes!" : $"{Encoding.UTF8.GetString(question.Span)}!");

    private static async Task<string?> AskAsync(IReplicaMessenger replica, string address, string question) =>
        await replica.AskAsync(address, Encoding.UTF8.GetBytes(question), CancellationToken.None) is { } answer ? Encoding.UTF8.GetString(answer) : null;
}

public sealed class RedisServerMessengerTests(Running<RedisServer> running) : ReplicaMessengerContract(running.Server), IClassFixture<Running<RedisServer>>;

public sealed class GarnetMessengerTests(Running<GarnetServer> running) : ReplicaMessengerContract(running.Server), IClassFixture<Running<GarnetServer>>;

public sealed class RedisClusterMessengerTests(Running<RedisCluster> running) : ReplicaMessengerContract(running.Server), IClassFixture<Running<RedisCluster>>;
