using System.ComponentModel.DataAnnotations;

namespace PipelineAspire.StatusStream.Access;

/// <summary>Which pipelines people may see. Section <c>StatusStream:Rights</c>.</summary>
public sealed class PipelineRightsOptions
{
    /// <summary>The section of the configuration that the options are bound to.</summary>
    public const string Section = "StatusStream:Rights";

    /// <summary>
    /// The claim that names the pipelines: ids, or beginnings of ids with a <c>*</c> behind; <c>*</c> alone is all of them. Several in one
    /// claim are parted by spaces or commas. Who has no such claim sees nothing. Default <c>pipelines</c>.
    /// </summary>
    [Required(ErrorMessage = Section + ":" + nameof(Claim) + " must be the name of a claim.")]
    public string Claim { get; set; } = "pipelines";
}
