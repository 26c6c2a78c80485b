using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json.Serialization;

namespace Linnaeus.Contracts;

/// <summary>
/// Choices of a spec are enums. A member's <see cref="JsonStringEnumMemberNameAttribute"/> is its JSON name, its
/// <see cref="DisplayAttribute"/> its title and description.
/// </summary>
public static class Choice
{
    /// <summary>JSON names in the order of declaration.</summary>
    public static IReadOnlyList<string> Names<T>() where T : struct, Enum => Known<T>.Names;

    /// <inheritdoc cref="Names{T}"/>
    public static IReadOnlyList<string> Names(Type choice) => [.. Fields(choice).Select(NameOf)];

    /// <summary>The JSON name of a member.</summary>
    public static string Name<T>(this T value) where T : struct, Enum => Known<T>.Names[Known<T>.Values.IndexOf(value)];

    /// <summary>The display name. Members without one use their JSON name.</summary>
    public static string Title<T>(this T value) where T : struct, Enum => Known<T>.Titles[Known<T>.Values.IndexOf(value)];

    /// <summary>The description. Empty for members without one.</summary>
    public static string Describe<T>(this T value) where T : struct, Enum => Known<T>.Descriptions[Known<T>.Values.IndexOf(value)];

    /// <summary>Finds the member with this JSON name.</summary>
    public static bool TryParse<T>([NotNullWhen(true)] string? name, out T value) where T : struct, Enum
    {
        var index = name is null ? -1 : Known<T>.Names.IndexOf(name);
        value = index < 0 ? default : Known<T>.Values[index];
        return index >= 0;
    }

    /// <exception cref="ArgumentException">No member has that name; the message lists the names.</exception>
    public static T Parse<T>(string name) where T : struct, Enum => TryParse<T>(name, out var value)
        ? value
        : throw new ArgumentException($"Unknown {typeof(T).Name.ToLowerInvariant()} \"{name}\". Choose {string.Join(", ", Names<T>())}.", nameof(name));

    /// <summary>JSON names with their descriptions.</summary>
    public static IReadOnlyList<(string Name, string Description)> Members(Type choice) => [.. Fields(choice).Select(member => (NameOf(member), DescriptionOf(member)))];

    internal static object Parse(Type choice, string name) => Fields(choice).Single(field => NameOf(field) == name).GetValue(null)!;

    internal static string NameOf(FieldInfo member) =>
        member.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name
        ?? throw new InvalidOperationException($"{member.DeclaringType!.Name}.{member.Name} has no JSON name.");

    internal static string DescriptionOf(FieldInfo member) => member.GetCustomAttribute<DisplayAttribute>()?.Description ?? "";

    internal static FieldInfo[] Fields(Type choice) => choice.GetFields(BindingFlags.Public | BindingFlags.Static);

    private static class Known<T> where T : struct, Enum
    {
        public static readonly List<T> Values = [.. Fields(typeof(T)).Select(field => (T)field.GetValue(null)!)];
        public static readonly List<string> Names = [.. Fields(typeof(T)).Select(NameOf)];
        public static readonly List<string> Titles = [.. Fields(typeof(T)).Select(field => field.GetCustomAttribute<DisplayAttribute>()?.Name ?? NameOf(field))];
        public static readonly List<string> Descriptions = [.. Fields(typeof(T)).Select(DescriptionOf)];
    }
}
