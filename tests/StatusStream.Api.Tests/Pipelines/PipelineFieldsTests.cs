using System.Buffers;
using System.Text;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Pipelines;

/// <summary>Fields, and what they make of a record.</summary>
public class PipelineFieldsTests
{
    [Theory]
    [InlineData("a=1 b=2", "a=1 b=3", """{"b":3}""")]
    [InlineData("a=1 b=2", "a= b=2", """{"a":null}""")]
    [InlineData("a= b=2", "a=1 b=", """{"a":1,"b":null}""")]
    [InlineData("a=1", "b=1", """{"b":1,"a":null}""")]
    [InlineData(null, "a=1 b=", """{"a":1}""")]
    [InlineData("a=1", null, """{"a":null}""")]
    [InlineData("a=1", "a=1", "{}")]
    public void APatchSaysWhatIsDifferent(string? before, string? now, string patch) =>
        Assert.Equal(patch, Written(output => PipelineFields.WriteChanged(Fields(before), Fields(now), output)));

    [Fact]
    public void AllOfThemHaveNullForWhatIsNotThere() =>
        Assert.Equal("""{"a":null,"b":2}""", Written(output => PipelineFields.WriteAll(Records.Fields("a= b=2"), output)));

    [Theory]
    [InlineData("a=1 b=", "a=1", true)]
    [InlineData("b=2 a=1", "a=1 b=2", true)]
    [InlineData("a= b=", null, true)]
    [InlineData("a=1", "a=1.0", false)]
    [InlineData("a=1", "a=1 b=2", false)]
    [InlineData("a=1", null, false)]
    public void TheyAreTheSameWhenTheySayTheSame(string? one, string? other, bool areSame)
    {
        Assert.Equal(areSame, PipelineFields.AreSame(Fields(one), Fields(other)));
        Assert.Equal(areSame, PipelineFields.AreSame(Fields(other), Fields(one)));
    }

    [Fact]
    public void AChangeOfFieldsAloneIsAVersionOfItsOwnAndNoneOfTheStatus()
    {
        var first = Read("a=1").Advance(null, At(1), 10)!;
        var second = Read("a=2").Advance(first, At(2), 20)!;

        Assert.Null(Read("a=2").Advance(second, At(3), 30));
        Assert.Equal((At(2), At(1), true), (second.Version, second.StatusVersion, second.ChangesFieldsAlone));
        Assert.Same(first.Fields, second.FieldsBefore);
        Assert.False(second.IsVisibleChangeFrom(first));
        Assert.Equal(At(3), Read("a=2", PipelineStatus.Paused).Advance(second, At(3), 30)!.StatusVersion);
    }

    [Fact]
    public void AFailedReadKeepsTheFields()
    {
        var first = Read("a=1").Advance(null, At(1), 10)!;
        var failed = new PipelineReading("p", PipelineCondition.Error).Advance(first, At(2), 20)!;

        Assert.Same(first.Fields, failed.Fields);
        Assert.False(failed.ChangesFieldsAlone);
    }

    [Fact]
    public void WhatFollowsARecordElsewhereFollowsTheOneThatIsKnownHere()
    {
        var known = Read("a=1").Advance(null, At(1), 10)!;
        var came = new PipelineRecord("p", At(3), PipelineStatus.Active, PipelineCondition.Ok, 30) { Fields = Records.Fields("a=1"), StatusVersion = At(1) };

        Assert.Same(known.Fields, came.Following(known).Fields);
        Assert.Same(known.Fields, came.Following(known).FieldsBefore);
        Assert.Equal((At(3), At(1)), (came.Following(known).Version, came.Following(known).StatusVersion));
        Assert.Same(came, came.Following(null));
        var without = new PipelineRecord("p", At(3), PipelineStatus.Active, PipelineCondition.Ok, 30);
        Assert.Equal("""{"a":null}""", Written(output => PipelineFields.WriteAll(without.Following(known).Fields, output)));
    }

    private static PipelineReading Read(string fields, PipelineStatus status = PipelineStatus.Active) =>
        new("p", PipelineCondition.Ok, status) { Fields = Records.Fields(fields) };

    private static StatusVersion At(long sequence) => new(Records.Epoch, sequence);

    private static PipelineFields? Fields(string? text) => text is null ? null : Records.Fields(text);

    private static string Written(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
