using System.Globalization;

namespace Linnaeus.Contracts;

/// <summary>A range of real numbers; each end is inclusive or exclusive.</summary>
public readonly record struct Interval(double Min, bool MinInside, double Max, bool MaxInside)
{
    /// <summary>Every finite number.</summary>
    public static Interval Any { get; } = Closed(double.MinValue, double.MaxValue);

    public static Interval Closed(double min, double max) => new(min, true, max, true);

    /// <summary>Above <paramref name="min"/>, at most <paramref name="max"/>.</summary>
    public static Interval OpenClosed(double min, double max) => new(min, false, max, true);

    /// <summary>At least <paramref name="min"/>, below <paramref name="max"/>.</summary>
    public static Interval ClosedOpen(double min, double max) => new(min, true, max, false);

    public static Interval Open(double min, double max) => new(min, false, max, false);

    /// <summary>A number inside the range.</summary>
    public double Inside => MinInside ? Min : MaxInside ? Max : (Min + Max) / 2;

    public bool Contains(double value) =>
        (MinInside ? value >= Min : value > Min) && (MaxInside ? value <= Max : value < Max);

    /// <summary>E.g. <c>from 0 to 1</c>, or <c>in (0, 1]</c> where an end is outside.</summary>
    public override string ToString() => this == Any ? "that is finite" : MinInside && MaxInside
        ? string.Create(CultureInfo.InvariantCulture, $"from {Min} to {Max}")
        : string.Create(CultureInfo.InvariantCulture, $"in {(MinInside ? '[' : '(')}{Min}, {Max}{(MaxInside ? ']' : ')')}");
}
