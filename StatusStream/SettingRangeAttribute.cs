using System.ComponentModel.DataAnnotations;

namespace PipelineAspire.StatusStream;

/// <summary>
/// The range of a setting of section <c>StatusStream</c>, or of one in it; what lies outside of it keeps the host from starting, with
/// a message that names setting and range.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SettingRangeAttribute : RangeAttribute
{
    private readonly string _range;

    /// <summary>The section of the setting.</summary>
    public string Section { get; init; } = "StatusStream";

    public SettingRangeAttribute(int least, int most)
        : base(least, most) => _range = FormattableString.Invariant($"{least} to {most}");

    /// <param name="least">The least time, as <c>hours:minutes:seconds</c>.</param>
    /// <param name="most">The longest time.</param>
    public SettingRangeAttribute(string least, string most)
        : base(typeof(TimeSpan), least, most) => _range = $"{least} to {most} (hours:minutes:seconds)";

    public override string FormatErrorMessage(string name) => $"{Section}:{name} must be from {_range}.";
}
