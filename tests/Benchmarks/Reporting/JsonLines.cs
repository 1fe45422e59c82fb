using System.Text;
using System.Text.Json;

namespace PipelineAspire.Benchmarks.Reporting;

/// <summary>Results as lines of JSON: the label, each figure under its name, and what went wrong.</summary>
internal static class JsonLines
{
    private const string Label = "label";
    private const string Problems = "problems";

    public static void Append(string path, IEnumerable<Result> results) => File.AppendAllLines(path, results.Select(Write));

    /// <summary>Reads results back. Of lines that others wrote, every number at their top is a figure.</summary>
    /// <exception cref="BenchmarkException">A file is not there, or a line of it is no result.</exception>
    public static IReadOnlyList<Result> Read(string path)
    {
        try
        {
            return [.. File.ReadLines(path).Where(line => line.Length > 0).Select(Parse)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new BenchmarkException($"{path} cannot be read as lines of results: {e.Message}", e);
        }
    }

    public static string Write(Result result)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString(Label, result.Label);
            foreach (var figure in result.Figures) json.WriteNumber(figure.Name, Math.Round(figure.Value, 4));
            json.WriteStartArray(Problems);
            foreach (var problem in result.Problems) json.WriteStringValue(problem);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    public static Result Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        var problems = root.TryGetProperty(Problems, out var said) ? said.EnumerateArray().Select(problem => problem.GetString()!) : [];
        return new Result(
            root.GetProperty(Label).GetString()!,
            [
                .. root.EnumerateObject()
                    .Where(property => property.Value.ValueKind == JsonValueKind.Number)
                    .Select(property => new Figure(property.Name, property.Value.GetDouble())),
            ],
            [.. problems]);
    }
}
