using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Streaming;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Streaming;

public class SseFramesTests
{
    private readonly SseFrames _frames = new(Options.Create(new StreamingOptions()));

    public static TheoryData<string> Examples => [.. GoldenFile.EventNames];

    [Fact]
    public void ThePreambleIsTheGoldenOne() => Assert.Equal(GoldenFile.Preamble, Encoding.UTF8.GetString(SseFrames.Preamble.Span));

    [Theory]
    [MemberData(nameof(Examples))]
    public void EveryGoldenFrameIsWrittenByteForByte(string name)
    {
        var example = GoldenFile.Event(name);

        Assert.Equal(example.GetProperty("wire").GetString(), Encode(example, _frames));
    }

    [Fact]
    public void ErrorsMayHaveAnotherEventName()
    {
        var example = GoldenFile.Event("no such pipeline");
        var frames = new SseFrames(Options.Create(new StreamingOptions { ErrorEventName = "status_error" }));

        var expected = example.GetProperty("wire").GetString()!.Replace("event: error\n", "event: status_error\n", StringComparison.Ordinal);
        Assert.Equal(expected, Encode(example, frames));
    }

    [Fact]
    public void TheLongestIdFitsIntoABatch()
    {
        var output = new ArrayBufferWriter<byte>();
        var id = new string('a', PipelineId.MaxLength);
        SseFrames.WriteBatchItem(output, Records.Fine(id, PipelineStatus.Terminating, long.MaxValue), isFirst: false);

        Assert.Equal($$""",{"pipelineId":"{{id}}","status":"terminating"}""", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void AFrameIsTheSameBytesForEverybody()
    {
        var record = Records.Fine("a", PipelineStatus.Active, 1);

        Assert.True(_frames.Update(record, PipelineStatus.Paused) == _frames.Update(record, PipelineStatus.Paused));
        Assert.False(_frames.Update(record, PipelineStatus.Paused) == _frames.Update(record, null));
    }

    [Fact]
    public void NoVariantWithFieldsSharesAFrameWithAnother()
    {
        var record = new PipelineRecord("a", new StatusVersion(1, 2), PipelineStatus.Active, PipelineCondition.Ok, 1)
        {
            Fields = Records.Fields("lag=2 rows="),
            FieldsBefore = Records.Fields("lag=1 rows="),
        };
        PipelineStatus?[] told = [null, .. Enum.GetValues<PipelineStatus>()];
        var frames = told.SelectMany(status => Enum.GetValues<FieldsPart>().Select(part => Encoding.UTF8.GetString(_frames.Update(record, status, part))))
            .Append(Encoding.UTF8.GetString(_frames.FieldsUpdate(record, FieldsPart.Changed)))
            .Append(Encoding.UTF8.GetString(_frames.FieldsUpdate(record, FieldsPart.All)))
            .Append(Encoding.UTF8.GetString(_frames.Error(record)));

        Assert.Equal((3 * told.Length) + 3, frames.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void NoPreviousStatusSharesAFrameWithAnother()
    {
        var record = Records.Fine("a", PipelineStatus.Active, 1);
        var frames = Enum.GetValues<PipelineStatus>().Select(told => Encoding.UTF8.GetString(_frames.Update(record, told)))
            .Append(Encoding.UTF8.GetString(_frames.Update(record, null))).Append(Encoding.UTF8.GetString(_frames.Error(record)));

        Assert.Equal(PipelineStatuses.Count + 2, frames.Distinct(StringComparer.Ordinal).Count());
    }

    private static string Encode(JsonElement example, SseFrames frames)
    {
        var output = new ArrayBufferWriter<byte>();
        var data = example.GetProperty("data");
        var timestamp = data.GetProperty("timestamp").GetInt64();
        var now = DateTimeOffset.FromUnixTimeMilliseconds(timestamp);
        var version = example.TryGetProperty("id", out var id) && StatusVersion.TryParse(id.GetString(), out var parsed) ? parsed : default;
        switch (data.GetProperty("type").GetString())
        {
            case "batch_update":
                var batch = new StreamEvent(
                    StreamEventKind.Batch, version,
                    Revision: data.TryGetProperty("revision", out var revision) ? revision.GetInt64() : 0, IsPartial: data.TryGetProperty("partial", out _),
                    IsBehind: data.TryGetProperty("behind", out _));
                SseFrames.WriteBatchStart(output, batch, now);
                var isFirst = true;
                foreach (var update in data.GetProperty("updates").EnumerateArray())
                {
                    SseFrames.WriteBatchItemWithFields(
                        output,
                        new PipelineRecord(Text(update, "pipelineId")!, version, Status(update, "status"), PipelineCondition.Ok, 1) { Fields = Fields(update) },
                        isFirst);
                    isFirst = false;
                }

                SseFrames.WriteBatchEnd(output);
                break;
            case "status_update":
                var changed = new PipelineRecord(Text(data, "pipelineId")!, version, Status(data, "status"), PipelineCondition.Ok, timestamp)
                {
                    Fields = Fields(data, example),
                    FieldsBefore = Fields(example, name: "toldBefore"),
                };
                output.Write(frames.Update(changed, Status(data, "previousStatus"), Part(data, example)));
                break;
            case "fields_update":
                var moved = new PipelineRecord(Text(data, "pipelineId")!, version, PipelineStatus.Active, PipelineCondition.Ok, timestamp)
                {
                    Fields = Fields(data, example),
                    FieldsBefore = Fields(example, name: "toldBefore"),
                };
                output.Write(frames.FieldsUpdate(moved, Part(data, example)));
                break;
            case "list_changed":
                output.Write(SseFrames.ListChanged(Text(data, "etag")!.Trim('"'), now));
                break;
            case "stream":
                output.Write(SseFrames.Stream(Text(data, "stream")!, now, data.TryGetProperty("expiresInMs", out var left) ? left.GetInt64() : null));
                break;
            case "freshness" when !data.TryGetProperty("confirmedFor", out _):
                output.Write(SseFrames.Clock(data.GetProperty("clock").GetInt64(), now));
                break;
            case "freshness":
                output.Write(SseFrames.Lease(new StreamEvent(StreamEventKind.Lease, version, Lease: Lease(data), Clock: data.GetProperty("clock").GetInt64()), now));
                break;
            case "heartbeat":
                SseFrames.WriteHeartbeat(output, now);
                break;
            default:
                output.Write(Text(data, "code") switch
                {
                    "pipeline_not_found" => frames.Error(Records.Failing(Text(data, "pipelineId")!, PipelineCondition.NotFound, 1, null, timestamp)),
                    "too_many_pipelines" => frames.Error(Records.Failing(Text(data, "pipelineId")!, PipelineCondition.BeyondWatched, 1, null, timestamp)),
                    "backend_unavailable" => frames.Error(Records.Failing(Text(data, "pipelineId")!, PipelineCondition.Timeout, 1, null, timestamp)),
                    "polling_stalled" => frames.Stalled(now),
                    _ => frames.Draining(now),
                });
                break;
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static FieldsPart Part(JsonElement data, JsonElement example) =>
        !data.TryGetProperty("fields", out _) ? FieldsPart.None : example.TryGetProperty("toldBefore", out _) ? FieldsPart.Changed : FieldsPart.All;

    /// <summary>The fields after what an event says of them.</summary>
    private static PipelineFields? Fields(JsonElement data, JsonElement? example = null, string name = "fields")
    {
        if (!data.TryGetProperty(name, out var fields)) return null;
        var values = new Dictionary<string, byte[]?>(StringComparer.Ordinal);
        if (example?.TryGetProperty("toldBefore", out var before) == true) Add(before);
        Add(fields);
        return new PipelineFields([.. values.Keys], [.. values.Values]);

        void Add(JsonElement members)
        {
            foreach (var member in members.EnumerateObject())
                values[member.Name] = member.Value.ValueKind == JsonValueKind.Null ? null : Encoding.UTF8.GetBytes(member.Value.GetRawText());
        }
    }

    private static FreshnessLease Lease(JsonElement data) => new(
        TimeSpan.FromMilliseconds(data.GetProperty("confirmedFor").GetInt64()),
        data.TryGetProperty("except", out var except)
            ? except.EnumerateObject().ToDictionary(pair => pair.Name, pair => TimeSpan.FromMilliseconds(pair.Value.GetInt64()), StringComparer.Ordinal)
            : FreshnessLease.None.Exceptions);

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static PipelineStatus? Status(JsonElement element, string name) => PipelineStatuses.TryParse(Text(element, name), out var status) ? status : null;
}
