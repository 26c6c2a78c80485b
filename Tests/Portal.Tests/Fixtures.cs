[assembly: AssemblyFixture(typeof(RegistryFixture))]
