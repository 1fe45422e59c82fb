using PipelineAspire.AppHost;

var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = args, DashboardApplicationName = "PipelineAspire" });

var useSseStatus = builder.AddParameter("UseSseStatus");

var redis = builder.AddSharedRedis("redis");

var backend = builder.AddPipelineBackend("backend");

var signIn = builder.AddDemoSignIn("identity");

var statusStream = builder.AddReplicas<Projects.StatusStream_Api>("statusstream", count: 3, replica => replica
    .WithBackend(backend)
    .WithBackendActions(backend)
    .WithBackendFields(backend)
    .WithReadingOptions()
    .WithTokensOf(signIn)
    .WithReference(redis)
    .WithReplicaDemos()
    .WaitForStart(redis));

builder.AddProject<Projects.Web>("web")
    .WithDirectLaunch()
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health")
    .WithUrlForEndpoint("http", url => url.DisplayText = "Pipelines")
    .WithReplicas(statusStream)
    .WithSignInAt(signIn, redis)
    .WithEnvironment("FeatureManagement__UseSseStatus", useSseStatus)
    .WithPageDemos(backend);

builder.Build().Run();
