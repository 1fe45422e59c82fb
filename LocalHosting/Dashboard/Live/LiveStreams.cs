using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using PipelineAspire.LocalHosting.Dashboard.Picture;
using PipelineAspire.LocalHosting.Dashboard.Views;
using PipelineAspire.LocalHosting.Running;

namespace PipelineAspire.LocalHosting.Dashboard.Live;

/// <summary>The streams behind the dashboard's pages; each ends when its reader leaves or the dashboard stops.</summary>
internal sealed class LiveStreams(LiveParts parts, PictureCollector picture, ReplicaSet replicas, TimeProvider clock)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(10);

    /// <summary>Sends each part that differs from what this reader was sent before, twice a second.</summary>
    public async Task PartsAsync(HttpContext context, string? replica, CancellationToken cancellationToken)
    {
        var writer = new EventWriter(context.Response, cancellationToken);
        using var watching = replica is null ? picture.Watch() : null;
        using var ticks = new PeriodicTimer(Every, clock);
        var sent = new Dictionary<string, string>();
        var lastSent = clock.GetTimestamp();
        await writer.BeginAsync();
        do
        {
            var changed = (await (replica is null ? parts.OverviewAsync() : parts.DetailsAsync(replica)))
                .Where(part => sent.GetValueOrDefault(part.Id) != part.Html).ToList();
            foreach (var part in changed) await writer.WriteAsync(part);
            foreach (var part in changed) sent[part.Id] = part.Html;
            if (changed.Count == 0 && clock.GetElapsedTime(lastSent) < BeatEvery) continue;

            // An empty write now and then notices a reader who is gone.
            if (changed.Count == 0) await context.Response.WriteAsync(":\n\n", cancellationToken);
            lastSent = clock.GetTimestamp();
            await writer.FlushAsync();
        }
        while (await ticks.WaitForNextTickAsync(cancellationToken));
    }

    /// <summary>Sends the lines after the one numbered <paramref name="after"/>, and those to come.</summary>
    public async Task ConsoleAsync(HttpContext context, Replica replica, long after, CancellationToken cancellationToken)
    {
        var writer = new EventWriter(context.Response, cancellationToken);
        var lines = Channel.CreateBounded<LineView>(new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.DropOldest });
        replica.Logged += Hear;
        try
        {
            await writer.BeginAsync();
            foreach (var (number, line) in replica.Log.After(after))
            {
                await writer.WriteAsync(line, number);
                after = number;
            }

            await writer.FlushAsync();
            await foreach (var line in lines.Reader.ReadAllAsync(cancellationToken))
            {
                if (line.Number <= after) continue;
                await writer.WriteAsync(line.Text, line.Number);
                if (lines.Reader.Count == 0) await writer.FlushAsync();
            }
        }
        finally
        {
            replica.Logged -= Hear;
        }

        void Hear(object? sender, LineEventArgs wrote) => lines.Writer.TryWrite(new LineView(wrote.Number, wrote.Line));
    }

    public Replica? Find(string name) => replicas.Find(name);
}
