namespace PipelineAspire.DemoIdentity.People;

/// <summary>Somebody who can be signed in.</summary>
/// <param name="Sub">What tokens call the person.</param>
/// <param name="Name">What people call the person.</param>
/// <param name="Pipelines">The rights that the person can have: ids of pipelines, or beginnings of ids with a <c>*</c> behind.</param>
internal sealed record Person(string Sub, string Name, IReadOnlyList<string> Pipelines);
