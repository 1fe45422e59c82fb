using System.Reflection;
using Microsoft.Extensions.Logging;

namespace PipelineAspire.StatusStream.Tests.Architecture;

/// <summary>Who filters or alerts by a message's number means one message.</summary>
public sealed class EventIdTests
{
    [Fact]
    public void EachMessageOfTheLibraryHasANumberOfItsOwn()
    {
        var messages = typeof(StatusStreamBuilder).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(method => (method.Name, method.GetCustomAttribute<LoggerMessageAttribute>()?.EventId))
            .Where(message => message.EventId is not null)
            .ToList();

        Assert.NotEmpty(messages);
        Assert.Empty(messages.GroupBy(message => message.EventId).Where(group => group.Count() > 1).Select(group => string.Join(", ", group)));
    }
}
