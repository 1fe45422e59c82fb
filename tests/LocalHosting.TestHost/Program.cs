using PipelineAspire.LocalHosting.TestHost;

// As AppHost it is started with the name of an application; as a service LocalHosting starts it, without arguments.
if (args is [var application, .. var settings])
{
    Applications.Run(application, settings);
    return Environment.ExitCode;
}

return Roles.Play(Environment.GetEnvironmentVariable(Roles.Variable) ?? "");
