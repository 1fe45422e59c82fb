namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value given from outside.</summary>
public class ParameterResource : Resource
{
    private readonly Func<string> _value;

    internal ParameterResource(string name, Func<string> value, bool secret)
        : base(name)
    {
        _value = value;
        Secret = secret;
    }

    /// <summary>Whether the value must not be shown.</summary>
    public bool Secret { get; }

    /// <exception cref="DistributedApplicationException">The parameter has no value; the message says where to set it.</exception>
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken) => ValueTask.FromResult<string?>(_value());

    internal string Resolve() => _value();
}
