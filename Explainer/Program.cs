using Linnaeus.Explainer;

await ExplainerApp.Build(args).RunAsync();
