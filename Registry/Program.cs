using Linnaeus.Registry;

await using var app = await RegistryApp.BuildAsync(args);
await app.RunAsync();
