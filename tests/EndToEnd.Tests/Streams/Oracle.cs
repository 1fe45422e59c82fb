using System.Globalization;

namespace PipelineAspire.EndToEnd.Tests.Streams;

/// <summary>Holds what a client was told against what every stream may rely on.</summary>
internal static class Oracle
{
    /// <summary>What the client believes in the end, by pipeline.</summary>
    public static Dictionary<string, string> LastTold(StreamRecording recording)
    {
        var told = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (pipeline, status) in recording.Events.SelectMany(told => told.Statuses)) told[pipeline] = status;
        return told;
    }

    /// <summary>
    /// A batch first. An update tells a status other than the one told before, and names that one. Within an epoch no id
    /// goes back, and an epoch that is over does not return.
    /// </summary>
    public static void AssertConsistent(StreamRecording recording)
    {
        var events = recording.Events;
        Assert.NotEmpty(events);
        Assert.Equal(StreamEvent.Batch, events[0].Type);

        var told = new Dictionary<string, string>(StringComparer.Ordinal);
        var epochs = new Dictionary<string, long>(StringComparer.Ordinal);
        var epochNow = "";
        foreach (var next in events)
        {
            Assert.Equal(next.Type, next.Data.GetProperty("type").GetString());
            Assert.True(next.Data.GetProperty("timestamp").GetInt64() > 0);
            if (next.Type == StreamEvent.Update)
            {
                Assert.True(next.Status != told.GetValueOrDefault(next.PipelineId!), $"Told twice: {next.Data} in\n{recording}");
                Assert.Equal(told.GetValueOrDefault(next.PipelineId!), next.PreviousStatus);
            }

            foreach (var (pipeline, status) in next.Statuses) told[pipeline] = status;
            if (next.Type is not (StreamEvent.Batch or StreamEvent.Update)) continue;

            var dash = next.Id.LastIndexOf('-');
            var epoch = next.Id[..dash];
            var sequence = long.Parse(next.Id[(dash + 1)..], CultureInfo.InvariantCulture);
            var isNew = !epochs.TryGetValue(epoch, out var before);
            Assert.True(isNew || epoch == epochNow, $"An epoch came back: {next.Id} in\n{recording}");
            Assert.True(isNew || sequence >= before, $"The sequence went back: {next.Id} in\n{recording}");
            epochs[epoch] = sequence;
            epochNow = epoch;
        }
    }
}
