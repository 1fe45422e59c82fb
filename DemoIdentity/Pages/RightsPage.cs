using PipelineAspire.DemoIdentity.People;

namespace PipelineAspire.DemoIdentity.Pages;

/// <summary>The people, and a switch for each right that one can have.</summary>
internal sealed class RightsPage(PeopleDirectory people)
{
    public static string SwitchId(Person person, string right) => $"{person.Sub}-{person.Pipelines.Index().First(pipeline => pipeline.Item == right).Index}";

    public Page Render() => new("Who may see what", Html.Of($"""
        <p class="lead">Withdraw a right while somebody watches: what is no longer theirs leaves the open page. A restart grants everything again.</p>
        <div class="people">{Html.Join(people.All.Select(Card))}</div>
        """));

    private Html Card(Person person) => Html.Of($"""
        <section class="person" aria-labelledby="person-{person.Sub}">
          <h2 id="person-{person.Sub}">{person.Name} <code>{person.Sub}</code></h2>
          {(person.Pipelines.Count == 0 ? Html.Of($"""<p class="muted">Can see no pipeline.</p>""") : Rights(person))}
        </section>
        """);

    private Html Rights(Person person) =>
        Html.Of($"""<ul class="rights">{Html.Join(person.Pipelines.Select(right => Switch(person, right, people.Has(person, right))))}</ul>""");

    private static Html Switch(Person person, string right, bool granted) => Html.Of($"""
        <li><form method="post" action="/rights/{person.Sub}">
          <input type="hidden" name="right" value="{right}">
          <code>{right}</code>{(right == "*" ? Html.Of($" <span class=\"muted\">every pipeline</span>") : Html.Nothing)}
          <button class="switch" id="{SwitchId(person, right)}" role="switch" aria-checked="{(granted ? "true" : "false")}" name="granted" value="{(granted ? "false" : "true")}" aria-label="{person.Name} may see {right}">
            <span aria-hidden="true">{(granted ? "granted" : "withdrawn")}</span>
          </button>
        </form></li>
        """);
}
