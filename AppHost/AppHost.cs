const int statusStreamReplicas = 3;

var builder = DistributedApplication.CreateBuilder(args);

var useSseStatus = builder.AddParameter("UseSseStatus");

var redis = builder.AddRedis("redis");

var backend = builder.AddProject<Projects.FakePipelineBackend>("backend")
    .WithHttpHealthCheck("/health")
    .WithEnvironment("Control__Enabled", "true");

var statusStream = builder.AddProject<Projects.StatusStream_Api>("statusstream")
    .WithReplicas(statusStreamReplicas)
    .WithHttpHealthCheck("/health")
    .WithReference(backend)
    .WithReference(redis)
    .WithEnvironment("Control__Enabled", "true")
    .WaitFor(backend)
    .WaitFor(redis);

builder.AddProject<Projects.Web>("web")
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health")
    .WithReference(statusStream)
    .WithReference(backend)
    .WithEnvironment("Control__Enabled", "true")
    .WithEnvironment("FeatureManagement__UseSseStatus", useSseStatus)
    .WaitFor(statusStream);

builder.Build().Run();
