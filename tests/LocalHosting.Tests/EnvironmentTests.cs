using PipelineAspire.LocalHosting.Planning;
using PipelineAspire.LocalHosting.Running;

namespace PipelineAspire.LocalHosting.Tests;

public sealed class EnvironmentTests
{
    [Fact]
    public void ChildrenInheritWhatIsNotAboutTheAppHostItself()
    {
        var environment = new Dictionary<string, string?>
        {
            ["PATH"] = "/usr/bin",
            ["StatusStream__PollInterval"] = "00:00:00.5",
            ["ASPNETCORE_URLS"] = "http://localhost:15080",
            ["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] = "true",
            ["Parameters__UseSseStatus"] = "false",
            ["ConnectionStrings__redis"] = "secret",
            ["DOTNET_LAUNCH_PROFILE"] = "http",
        };

        InheritedEnvironment.RemoveOwn(environment);

        Assert.Equal(["PATH", "StatusStream__PollInterval"], environment.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("localhost", "localhost", 6379, null)]
    [InlineData("cache:7000,abortConnect=false", "cache", 7000, null)]
    [InlineData("one:1,two:2,password=a=b", "one", 1, "a=b")]
    public void AConnectionStringIsTakenApart(string text, string host, int port, string? password)
    {
        Assert.Equal(new RedisAddress(host, port, password), RedisAddress.Parse(text));
    }
}
