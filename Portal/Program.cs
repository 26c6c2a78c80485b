using Linnaeus.Portal;

await PortalApp.Build(args).RunAsync();
