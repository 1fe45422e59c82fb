using System.Text;
using PipelineAspire.FakePipelineBackend.Pipelines;

namespace PipelineAspire.FakePipelineBackend.Tests.Pipelines;

public class EntityTagTests
{
    private static readonly JsonBody A = Body("""{"pipeline_id":"a"}""");
    private static readonly JsonBody B = Body("""{"pipeline_id":"b"}""");

    [Fact]
    public void TheSameBytesHaveTheSameTagAndOthersAnother()
    {
        Assert.Equal(A.Tag, Body("""{"pipeline_id":"a"}""").Tag);
        Assert.NotEqual(A.Tag, B.Tag);
        Assert.Matches("^\"[0-9a-f]{16}\"$", A.Tag);
    }

    [Fact]
    public void AnArrayHasAnotherTagWithAnotherNumberOrOrderOfItems()
    {
        JsonBody[][] arrays = [[], [A], [B], [A, A], [A, B], [B, A], [A, B, A]];

        Assert.Equal(arrays.Length, arrays.Select(items => EntityTag.Hash(items)).Distinct().Count());
        Assert.Equal(EntityTag.Hash([A, B]), EntityTag.Hash([A, B]));
    }

    [Theory]
    [InlineData(true, "\"1f\"")]
    [InlineData(true, "W/\"1f\"")]
    [InlineData(true, "*")]
    [InlineData(true, "\"2f\", W/\"1f\",\"3f\"")]
    [InlineData(true, "\"2f\"", "\"1f\"")]
    [InlineData(false)]
    [InlineData(false, "")]
    [InlineData(false, "\"2f\"")]
    [InlineData(false, "\"11f\", \"1f1\"")]
    [InlineData(false, "1f")]
    [InlineData(false, "\"*\"")]
    public void IsFoundInAListStrongOrWeak(bool found, params string[] ifNoneMatch) =>
        Assert.Equal(found, EntityTag.IsIn(ifNoneMatch, "\"1f\""));

    private static JsonBody Body(string json) => new(Encoding.UTF8.GetBytes(json));
}
