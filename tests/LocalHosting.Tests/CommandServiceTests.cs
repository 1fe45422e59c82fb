using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace PipelineAspire.LocalHosting.Tests;

/// <summary>Commands and states of resources that are no processes here; those of processes are tested by the dashboard.</summary>
public sealed class CommandServiceTests
{
    private const string Redis = "--ConnectionStrings:redis=cache.local:7000";

    [Fact]
    public async Task ACommandGetsTheNameOfWhatItIsForAndItsResultIsTold()
    {
        ExecuteCommandContext? given = null;
        await using var app = await StartAsync(redis => redis.WithCommand("greet", "Greet", context =>
        {
            given = context;
            return Task.FromResult(CommandResults.Failure("nobody there"));
        }));

        var result = await app.ResourceCommands.ExecuteCommandAsync("redis", "greet");

        Assert.Equal("redis", given?.ResourceName);
        Assert.Same(app.ResourceCommands, given?.ServiceProvider.GetService(typeof(ResourceCommandService)));
        Assert.Equal((false, "nobody there"), (result.Success, result.ErrorMessage));
    }

    [Fact]
    public async Task WhatACommandThrowsIsItsResult()
    {
        await using var app = await StartAsync(redis => redis
            .WithCommand("throw", "Throw", _ => throw new InvalidOperationException("broken"))
            .WithCommand("leave", "Leave", _ => throw new OperationCanceledException()));

        Assert.Equal("broken", (await app.ResourceCommands.ExecuteCommandAsync("redis", "throw")).ErrorMessage);
        Assert.True((await app.ResourceCommands.ExecuteCommandAsync("redis", "leave")).Canceled);
    }

    [Fact]
    public async Task AForeignRedisIsThereAndCannotBeStopped()
    {
        await using var app = await StartAsync(_ => { });

        var told = await app.ResourceNotifications.WaitForResourceHealthyAsync("redis").WaitAsync(RunningHost.Patience);
        var stopped = await app.ResourceCommands.ExecuteCommandAsync(told.Resource, KnownResourceCommands.StopCommand);

        Assert.Equal("redis", told.ResourceId);
        Assert.Equal("Command 'stop' not available for resource 'redis'.", stopped.ErrorMessage);
    }

    [Fact]
    public async Task WaitingForAResourceThatIsNotThereIsAMistake()
    {
        await using var app = await StartAsync(_ => { });

        var mistake = await Assert.ThrowsAsync<DistributedApplicationException>(() => app.ResourceNotifications.WaitForResourceHealthyAsync("rediss"));

        Assert.Equal("There is no resource named 'rediss'.", mistake.Message);
    }

    private static async Task<DistributedApplication> StartAsync(Action<IResourceBuilder<RedisResource>> configure)
    {
        var builder = new DistributedApplicationBuilder([Redis], typeof(CommandServiceTests).Assembly);
        configure(builder.AddRedis("redis"));
        var app = builder.Build();
        await app.StartAsync();
        return app;
    }
}
