using PipelineAspire.AppHost;

const int statusStreamReplicas = 3;

var builder = DistributedApplication.CreateBuilder(args);

var useSseStatus = builder.AddParameter("UseSseStatus");

var redis = builder.AddRedis("redis");

var backend = builder.AddProject<Projects.FakePipelineBackend>("backend")
    .WithHttpHealthCheck("/health")
    .WithUrlForEndpoint("http", url => url.DisplayText = "Fake backend")
    .WithBackendDemos();

var statusStream = builder.AddProject<Projects.StatusStream_Api>("statusstream")
    .WithReplicas(statusStreamReplicas)
    .WithHttpHealthCheck("/health")
    .WithReference(backend)
    .WithReference(redis)
    .WithReplicaDemos()
    .WaitFor(backend)
    .WaitFor(redis);

builder.AddProject<Projects.Web>("web")
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health")
    .WithUrlForEndpoint("http", url => url.DisplayText = "Pipelines")
    .WithReference(statusStream)
    .WithReference(backend)
    .WithEnvironment("FeatureManagement__UseSseStatus", useSseStatus)
    .WithPageDemos()
    .WaitFor(statusStream);

builder.Build().Run();
