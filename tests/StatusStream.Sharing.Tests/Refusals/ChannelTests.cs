namespace PipelineAspire.StatusStream.Sharing.Tests.Refusals;

/// <summary>A subscription that Redis ended, and refused to have again, is made anew as soon as it is granted.</summary>
public sealed class ChannelTests
{
    private const string Lost = "Not subscribed to";
    private const string Back = "Subscribed to all channels again";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task AChannelThatIsGrantedAgainIsHeardAgain() => await AssertHeardAgainAsync(isFromTheStart: false);

    [Fact]
    public async Task AChannelThatWasRefusedFromTheStartIsHeardOnceItIsGranted() => await AssertHeardAgainAsync(isFromTheStart: true);

    private static async Task AssertHeardAgainAsync(bool isFromTheStart)
    {
        await using var scene = new Scene(new Trouble("the channels are withdrawn", _ => Task.CompletedTask));
        await scene.StartServersAsync();
        if (isFromTheStart) await scene.SetRightsAsync("resetchannels");
        await scene.StartReplicasAsync();
        if (!isFromTheStart)
        {
            await SubscribersAsync(scene, 2);
            await scene.SetRightsAsync("resetchannels");
        }

        await LoggedAsync(scene, Lost);
        await SubscribersAsync(scene, 0);
        await scene.SetRightsAsync("&{statusstream}:*");
        await SubscribersAsync(scene, 2);
        await LoggedAsync(scene, Back);

        // Once for each time that it happens, however often it was tried.
        Assert.All(scene.Replicas, replica => Assert.Equal(1, replica.Log.Count(Lost)));
        Assert.All(scene.Replicas, replica => Assert.Equal(1, replica.Log.Count(Back)));
    }

    private static async Task SubscribersAsync(Scene scene, int count)
    {
        foreach (var (name, channel) in SharedKeys.Channels)
            await Bounded.UntilAsync(
                $"{count} replicas listen to {name}", async () => await scene.Redis.CommandAsync("PUBSUB", "NUMSUB", channel) == $"{channel}\n{count}", Soon);
    }

    private static Task<TimeSpan> LoggedAsync(Scene scene, string line) =>
        Bounded.UntilAsync($"each replica logs '{line}'", () => Task.FromResult(scene.Replicas.All(replica => replica.Log.Count(line) > 0)), Soon);
}
