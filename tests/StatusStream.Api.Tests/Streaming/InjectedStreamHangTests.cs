using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Tests.Streaming;

public class InjectedStreamHangTests
{
    [Fact]
    public void NotOneByteLeavesWhileItLastsAndNothingIsLost()
    {
        using var rig = Open();
        rig.Do(() => rig.Hang.Begin(TimeSpan.FromSeconds(60)));
        rig.Observe("a", PipelineStatus.Paused, 2);
        rig.Do(rig.Session.SendHeartbeat);
        rig.Observe("a", PipelineStatus.Resuming, 3);
        rig.Pass(TimeSpan.FromSeconds(60) - TimeSpan.FromMilliseconds(1));
        Assert.Equal("", rig.Read());
        Assert.False(rig.Running.IsCompleted); // a silent server is no slow client

        rig.Pass(TimeSpan.FromMilliseconds(1));
        var told = rig.Read();
        Assert.Contains("\"status\":\"resuming\"", told, StringComparison.Ordinal);
        Assert.Contains("event: heartbeat", told, StringComparison.Ordinal);
    }

    [Fact]
    public void AStreamThatComesMeanwhileIsSilentToo()
    {
        using var rig = new SessionRig("a");
        rig.Observe("a", PipelineStatus.Active, 1);
        rig.Do(() => rig.Hang.Begin(TimeSpan.FromSeconds(5)));
        rig.Start();
        Assert.Equal("", rig.Read());

        rig.Pass(TimeSpan.FromSeconds(5));
        Assert.StartsWith("event: batch_update\n", rig.Read(), StringComparison.Ordinal);
    }

    [Fact]
    public void TheLongerOfTwoSilencesCounts()
    {
        using var rig = Open();
        rig.Do(() => rig.Hang.Begin(TimeSpan.FromSeconds(5)));
        rig.Observe("a", PipelineStatus.Paused, 2);
        rig.Do(() => rig.Hang.Begin(TimeSpan.FromSeconds(2)));
        rig.Do(() => rig.Hang.Begin(TimeSpan.FromSeconds(9)));
        rig.Pass(TimeSpan.FromSeconds(9) - TimeSpan.FromMilliseconds(1));
        Assert.Equal("", rig.Read());

        rig.Pass(TimeSpan.FromMilliseconds(1));
        Assert.Contains("\"status\":\"paused\"", rig.Read(), StringComparison.Ordinal);
    }

    private static SessionRig Open()
    {
        var rig = new SessionRig("a");
        rig.Observe("a", PipelineStatus.Active, 1);
        rig.Start();
        Assert.StartsWith("event: batch_update\n", rig.Read(), StringComparison.Ordinal);
        return rig;
    }
}
