namespace Linnaeus.Explainer.Engine;

/// <summary>Runs concurrent requests for equal work once, and cancels the work when no caller waits any more.</summary>
public sealed class SingleFlight<T>
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Flight> flights = [];

    /// <summary>Starts <paramref name="work"/>, or joins the running work of that name.</summary>
    /// <param name="name">Equal names mean equal work.</param>
    /// <param name="work">Its token fires when every caller has left.</param>
    /// <param name="cancellationToken">For this caller alone.</param>
    public async Task<T> RunAsync(string name, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        var flight = Join(name, work);
        try
        {
            return await flight.Landing.WaitAsync(cancellationToken);
        }
        finally
        {
            await LeaveAsync(name, flight);
        }
    }

    private Flight Join(string name, Func<CancellationToken, Task<T>> work)
    {
        lock (gate)
        {
            if (!flights.TryGetValue(name, out var flight))
                flights[name] = flight = new Flight(work);
            flight.Passengers++;
            return flight;
        }
    }

    private async Task LeaveAsync(string name, Flight flight)
    {
        lock (gate)
        {
            if (--flight.Passengers > 0)
                return;
            flights.Remove(name);
        }
        await flight.EndAsync();
    }

    private sealed class Flight
    {
        public Flight(Func<CancellationToken, Task<T>> work) => Landing = Task.Run(() => work(Stop.Token));

        public Task<T> Landing { get; }

        public int Passengers { get; set; }

        /// <summary>Never disposed, because the work may still use its token.</summary>
        public CancellationTokenSource Stop { get; } = new();

        /// <summary>Cancels unfinished work.</summary>
        public Task EndAsync() => Landing.IsCompleted ? Task.CompletedTask : Stop.CancelAsync();
    }
}
