using Linnaeus.Cli;

return await LinnaeusCommand.RunAsync(args, Console.Out, Console.Error);
