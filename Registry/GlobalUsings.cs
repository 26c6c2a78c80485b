// Every room reads requests with these.
global using Linnaeus.Registry.Client.Requests;

// The database's entities and the errors of this server, where the client's contracts have types of the same names.
global using Experiment = Linnaeus.Registry.Data.Experiment;
global using Metric = Linnaeus.Registry.Data.Metric;
global using RegistryException = Linnaeus.Registry.Http.RegistryException;
global using Run = Linnaeus.Registry.Data.Run;
global using RunStatus = Linnaeus.Registry.Data.RunStatus;
