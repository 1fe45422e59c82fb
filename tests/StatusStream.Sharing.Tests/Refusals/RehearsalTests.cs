using PipelineAspire.StatusStream.Backplane.Redis;
using PipelineAspire.StatusStream.Backplane.Sharing;

namespace PipelineAspire.StatusStream.Sharing.Tests.Refusals;

/// <summary>
/// A rehearsal is refused wherever the loop would be: one that passes ends isolation, and replicas would go in and out of it for as long
/// as the right is lacking.
/// </summary>
public sealed class RehearsalTests
{
    public static TheoryData<string> Commands => [.. RedisRequirements.InScripts];

    public static TheoryData<string> Keys => [.. SharedKeys.All.Select(key => key.Name)];

    public static TheoryData<string> Channels => [.. SharedKeys.Channels.Select(channel => channel.Name)];

    [Theory]
    [MemberData(nameof(Commands))]
    public Task ItIsRefusedWithoutTheCommand(string command) => AssertRefusedAsync(["-" + command], ["+" + command]);

    [Theory]
    [MemberData(nameof(Keys))]
    public Task ItIsRefusedWithoutTheKey(string key) => AssertRefusedAsync(RightTroubles.KeysBut(key), RightTroubles.AllKeys);

    [Theory]
    [MemberData(nameof(Keys))]
    public Task ItIsRefusedWhereTheKeyMayOnlyBeRead(string key) =>
        AssertRefusedAsync([.. RightTroubles.KeysBut(key), $"%R~{SharedKeys.All.Single(other => other.Name == key).Key}"], RightTroubles.AllKeys);

    [Theory]
    [MemberData(nameof(Channels))]
    public Task ItIsRefusedWithoutTheChannel(string channel) => AssertRefusedAsync(RightTroubles.ChannelsBut(channel), RightTroubles.AllChannels);

    [Fact]
    public async Task ItLeavesWhatIsSharedAsItIs()
    {
        await using var scene = new Scene(new Trouble("none", _ => Task.CompletedTask));
        await scene.StartServersAsync();
        await using var connection = await scene.ConnectAsync();
        var state = connection.State;
        await state.TryAcquireAsync("replica-0", 7, TimeSpan.FromSeconds(30), default);
        await scene.Redis.CommandAsync("HSET", SharedKeys.Documents, "pipeline-0", "{}");

        var loop = await state.RehearseAsync(default);

        Assert.True(loop.IsLeaseHeld);
        Assert.True(await state.RenewAsync("replica-0", 7, TimeSpan.FromSeconds(30), default));
        Assert.Equal("pipeline-0\n{}", await scene.Redis.CommandAsync("HGETALL", SharedKeys.Documents));
        await state.ReleaseAsync("replica-0", 7, default);
        Assert.False((await state.RehearseAsync(default)).IsLeaseHeld);
        Assert.True((await state.TryAcquireAsync("replica-1", 8, TimeSpan.FromSeconds(30), default)).IsGranted);
    }

    [Fact]
    public async Task DocumentsOfAnotherTypeDoNotRefuseItSinceTakingTheLeaseDeletesThem()
    {
        await using var scene = new Scene(new Trouble("none", _ => Task.CompletedTask));
        await scene.StartServersAsync();
        await using var connection = await scene.ConnectAsync();
        await scene.Redis.CommandAsync("RPUSH", SharedKeys.Documents, "an item");

        await connection.State.RehearseAsync(default);

        Assert.True((await connection.State.TryAcquireAsync("replica-0", 7, TimeSpan.FromSeconds(30), default)).IsGranted);
        Assert.Empty(await scene.Redis.CommandAsync("HGETALL", SharedKeys.Documents));
    }

    private static async Task AssertRefusedAsync(string[] without, string[] with)
    {
        await using var scene = new Scene(new Trouble("a right is lacking", _ => Task.CompletedTask));
        await scene.StartServersAsync();
        await using var connection = await scene.ConnectAsync();
        await connection.State.RehearseAsync(default);

        await scene.SetRightsAsync(without);
        await Assert.ThrowsAsync<SharedStateException>(() => connection.State.RehearseAsync(default));

        await scene.SetRightsAsync(with);
        await connection.State.RehearseAsync(default);
    }
}
