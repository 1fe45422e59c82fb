using System.Text;
using PipelineAspire.FakePipelineBackend.Pipelines;

namespace PipelineAspire.FakePipelineBackend.Faults;

/// <summary>The ways in which the body of a 200 can be worthless.</summary>
public enum FaultyBodyKind
{
    /// <summary>JSON that ends in the middle, with the Content-Length of what there is.</summary>
    Truncated,

    /// <summary>The right fields, but not JSON.</summary>
    Broken,

    /// <summary>Half a body under the Content-Length of the whole; then the connection breaks.</summary>
    CutOff,

    /// <summary>JSON, but an array instead of an object.</summary>
    WrongType,

    /// <summary>An HTML page, as a proxy shows it.</summary>
    Html,

    /// <summary>A JSON object of more than 64 KiB.</summary>
    TooLarge,
}

/// <summary>Makes worthless bodies. None of them tells the true status in a way that a careful reader would take.</summary>
public static class FaultyBodies
{
    private const int TooLargeLength = 128 * 1024;

    public static IReadOnlyList<FaultyBodyKind> Kinds { get; } = Enum.GetValues<FaultyBodyKind>();

    /// <summary>Stands in for the body of a pipeline that does not exist.</summary>
    public static ReadOnlyMemory<byte> Placeholder { get; } = """{"pipeline_id":"none","overall_status":"Running"}"""u8.ToArray();

    /// <summary>
    /// Worthless items of a batch that is good JSON otherwise: each is of no pipeline. A senseless status would not do,
    /// since that is a status (see <see cref="Pipeline.Status"/>).
    /// </summary>
    public static IReadOnlyList<JsonBody> Items { get; } =
    [
        new("""{"overall_status":"Running"}"""u8.ToArray()),
        new("""{"pipeline_id":[],"overall_status":"Running"}"""u8.ToArray()),
        new("""["Running"]"""u8.ToArray()),
    ];

    public static string ContentType(FaultyBodyKind kind) => kind == FaultyBodyKind.Html ? "text/html; charset=utf-8" : "application/json";

    /// <summary>The bytes that are sent.</summary>
    /// <param name="kind">In which way the body is bad.</param>
    /// <param name="good">The body that a healthy backend would send.</param>
    public static ReadOnlyMemory<byte> Make(FaultyBodyKind kind, ReadOnlyMemory<byte> good) => kind switch
    {
        FaultyBodyKind.Truncated or FaultyBodyKind.CutOff => good[..(good.Length / 2)],
        FaultyBodyKind.Broken => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(good.Span).Replace(":\"", ":", StringComparison.Ordinal)),
        FaultyBodyKind.WrongType => """["Running"]"""u8.ToArray(),
        FaultyBodyKind.Html => "<!doctype html><title>Maintenance</title><p>We will be back soon."u8.ToArray(),
        FaultyBodyKind.TooLarge => Encoding.UTF8.GetBytes($$"""{"overall_status":"Oversized","padding":"{{new string('x', TooLargeLength)}}"}"""),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, message: null),
    };
}
