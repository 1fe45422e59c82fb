using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace PipelineAspire.DemoIdentity.People;

/// <summary>Who there is, and what each may see now. A restart grants again what was withdrawn. Thread-safe.</summary>
internal sealed class PeopleDirectory(IOptions<DemoIdentityOptions> options)
{
    private readonly ConcurrentDictionary<(string Sub, string Right), bool> _withdrawn = new();

    public IReadOnlyList<Person> All { get; } =
        [.. options.Value.People.Select(static person => new Person(person.Sub, person.Name ?? person.Sub, [.. person.Pipelines.Distinct()]))];

    public Person? Find(string? sub) => All.FirstOrDefault(person => person.Sub == sub);

    public bool Has(Person person, string right) => person.Pipelines.Contains(right) && !_withdrawn.ContainsKey((person.Sub, right));

    /// <summary>What the person may see now.</summary>
    public string[] RightsOf(Person person) => [.. person.Pipelines.Where(right => Has(person, right))];

    /// <summary>Grants or withdraws one of the rights that the person can have.</summary>
    /// <returns>False when it is none of them.</returns>
    public bool TrySet(Person person, string right, bool granted)
    {
        if (!person.Pipelines.Contains(right)) return false;
        if (granted) _withdrawn.TryRemove((person.Sub, right), out _);
        else _withdrawn[(person.Sub, right)] = true;
        return true;
    }
}
