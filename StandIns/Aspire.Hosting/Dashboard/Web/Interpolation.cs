namespace Aspire.Hosting.Dashboard;

/// <summary>A running total between its reports, as straight lines; a fall means the process restarted from zero.</summary>
internal sealed class Interpolation
{
    private readonly long[] _times;
    private readonly double[] _totals;

    public Interpolation(IEnumerable<long> times, IEnumerable<double> values)
    {
        _times = [.. times];
        _totals = [.. values];
        var (offset, last) = (0.0, 0.0);
        for (var i = 0; i < _totals.Length; i++)
        {
            if (_totals[i] < last)
                offset += last;
            last = _totals[i];
            _totals[i] += offset;
        }
    }

    /// <summary>
    /// Increase from one time to another; null where the reports do not reach: at the later end always, at the earlier one
    /// unless <paramref name="clip"/> says to count from the first report.
    /// </summary>
    public double? Increase(long from, long to, bool clip = false)
    {
        if (_times.Length < 2 || to < _times[0] || from >= _times[^1] || (!clip && (from < _times[0] || to > _times[^1])))
            return null;
        return At(to) - At(from);
    }

    private double At(long time)
    {
        if (time <= _times[0])
            return _totals[0];
        if (time >= _times[^1])
            return _totals[^1];
        var next = Array.BinarySearch(_times, time);
        if (next < 0)
            next = ~next;
        if (_times[next] == time)
            return _totals[next];
        var share = (double)(time - _times[next - 1]) / (_times[next] - _times[next - 1]);
        return _totals[next - 1] + (share * (_totals[next] - _totals[next - 1]));
    }
}
