using System.ComponentModel.DataAnnotations;

namespace PipelineAspire.StatusStream.Backplane.Redis;

/// <summary>How the shared state is kept in Redis: section <c>StatusStream</c>.</summary>
public sealed class RedisBackplaneOptions
{
    /// <summary>The section of the configuration that the options are bound to.</summary>
    public const string Section = "StatusStream";

    /// <summary>The name of the connection string; without it a replica works alone.</summary>
    public const string ConnectionName = "redis";

    /// <summary>
    /// What the system is called in the names of keys and channels; systems that share one database need different
    /// ones. Default <c>statusstream</c>, 1 to 64 of <c>A-Z a-z 0-9 _ . : -</c>.
    /// </summary>
    [Required(ErrorMessage = Section + ":RedisKeyPrefix must not be empty.")]
    [RegularExpression("[A-Za-z0-9_.:-]{1,64}", ErrorMessage = Section + ":RedisKeyPrefix must be 1 to 64 of A-Z a-z 0-9 _ . : -")]
    public string RedisKeyPrefix { get; set; } = "statusstream";
}
