using Linnaeus.Trainer;

await TrainerApp.Build(args).RunAsync();
