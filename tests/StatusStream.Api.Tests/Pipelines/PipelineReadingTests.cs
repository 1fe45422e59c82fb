using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Tests.Hosting;
using static PipelineAspire.StatusStream.Pipelines.PipelineCondition;

namespace PipelineAspire.StatusStream.Tests.Pipelines;

public class PipelineReadingTests
{
    private static readonly StatusVersion Next = new(Records.Epoch, 2);

    /// <summary>Condition before (null: never read), condition of the reading, whether that is news.</summary>
    public static TheoryData<PipelineCondition?, PipelineCondition, bool> Table => new()
    {
        { null, Ok, true }, { null, Error, true }, { null, PipelineCondition.Timeout, true }, { null, NotFound, true },
        { Ok, Ok, false }, { Ok, Error, true }, { Ok, PipelineCondition.Timeout, true }, { Ok, NotFound, true },
        { Error, Ok, true }, { Error, Error, false }, { Error, PipelineCondition.Timeout, true }, { Error, NotFound, true },
        { PipelineCondition.Timeout, Ok, true }, { PipelineCondition.Timeout, Error, true },
        { PipelineCondition.Timeout, PipelineCondition.Timeout, false }, { PipelineCondition.Timeout, NotFound, true },
        { NotFound, Ok, true }, { NotFound, Error, false }, { NotFound, PipelineCondition.Timeout, false }, { NotFound, NotFound, false },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void AReadingIsNewsOrConfirmsWhatIsKnown(PipelineCondition? before, PipelineCondition now, bool isNews)
    {
        var known = before switch
        {
            null => null,
            Ok => Records.Fine("p", PipelineStatus.Active, 1),
            { } condition => Records.Failing("p", condition, 1, PipelineStatus.Active),
        };
        var reading = now == Ok ? Records.Reading("p", PipelineStatus.Active) : new PipelineReading("p", now);

        var record = reading.Advance(known, Next, timestamp: 7);

        Assert.Equal(isNews, record is not null);
        if (record is null) return;
        Assert.Equal((Next, now, 7L), (record.Version, record.Condition, record.Timestamp));
        Assert.Equal(before is null && now != Ok ? null : PipelineStatus.Active, record.Status);
    }

    [Fact]
    public void AFailedReadKeepsTheLastStatus()
    {
        var known = Records.Fine("p", PipelineStatus.Paused, 1);

        var record = new PipelineReading("p", PipelineCondition.Timeout).Advance(known, Next, 7)!;

        Assert.Equal(PipelineStatus.Paused, record.Status);
        Assert.True(record.HasPublicStatus);
    }

    [Fact]
    public void APipelineThatIsNotThereIsNotTellable() =>
        Assert.False(new PipelineReading("p", NotFound).Advance(Records.Fine("p", PipelineStatus.Paused, 1), Next, 7)!.HasPublicStatus);

    [Fact]
    public void AnotherBodyWithTheSameStatusConfirms()
    {
        var reading = Records.Reading("p", PipelineStatus.Active) with { Body = """{"overall_status":"active","updated_at":"later"}"""u8.ToArray() };

        Assert.Null(reading.Advance(Records.Fine("p", PipelineStatus.Active, 1), Next, 7));
    }

    [Fact]
    public void ARecordIsEncodedOncePerForm()
    {
        var record = Records.Fine("p", PipelineStatus.Active, 1);
        var encodings = 0;
        byte[] Encode(PipelineRecord encoded, int form)
        {
            encodings++;
            return [(byte)form];
        }

        Assert.Same(record.Encoded(1, Encode), record.Encoded(1, Encode));
        Assert.Equal([2], record.Encoded(2, Encode));
        Assert.Equal(2, encodings);
    }
}
