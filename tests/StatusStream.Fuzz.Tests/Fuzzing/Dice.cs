namespace PipelineAspire.StatusStream.Fuzz.Tests.Fuzzing;

/// <summary>Draws of one case: the same seed and number, the same draws.</summary>
internal sealed class Dice(int seed, int number)
{
    private readonly Random _random = new(unchecked((seed * 1_000_003) + number));

    public int Below(int end) => _random.Next(end);

    /// <summary>True in so many of a hundred cases.</summary>
    public bool Percent(int percent) => _random.Next(100) < percent;

    public T Of<T>(params IReadOnlyList<T> choices) => choices[_random.Next(choices.Count)];

    /// <summary>A length that is mostly small and sometimes huge.</summary>
    public int Length(int most) => _random.Next(8) switch
    {
        0 => 0,
        < 5 => _random.Next(Math.Min(most, 16) + 1),
        < 7 => _random.Next(Math.Min(most, 2_000) + 1),
        _ => _random.Next(most + 1),
    };

    /// <summary>Characters that are one byte each on the wire.</summary>
    public string Garbage(int length) => string.Create(length, _random, static (text, random) =>
    {
        for (var i = 0; i < text.Length; i++) text[i] = (char)random.Next(256);
    });
}
