using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;

namespace Linnaeus.Contracts;

/// <summary>The fields of specs, in the order of declaration.</summary>
public static class SpecFields
{
    private static readonly ConcurrentDictionary<Type, IReadOnlyList<SpecField>> Known = new();

    /// <summary>All fields of a spec, nested ones by their path, e.g. <c>early_stopping.patience</c>.</summary>
    public static IReadOnlyList<SpecField> Of<T>() where T : class, new() => Of(typeof(T));

    internal static IReadOnlyList<SpecField> Of(Type spec) => Known.GetOrAdd(spec, static type => [.. Of(type, "", null)]);

    /// <summary>Whether the property is a record with fields.</summary>
    internal static bool IsNested(PropertyInfo property) =>
        property.PropertyType is { IsClass: true } type && type != typeof(string) && type.Assembly == typeof(SpecFields).Assembly;

    internal static IEnumerable<PropertyInfo> PropertiesOf(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite && property.GetCustomAttribute<DisplayAttribute>()?.GetAutoGenerateField() != false);

    internal static string NameOf(PropertyInfo property) => NameOf(property.Name);

    private static string NameOf(string property) => JsonNamingPolicy.SnakeCaseLower.ConvertName(property);

    private static IEnumerable<SpecField> Of(Type type, string prefix, (OnlyWithAttribute Rule, string Path)? parent)
    {
        var defaults = Activator.CreateInstance(type)!;
        foreach (var property in PropertiesOf(type))
        {
            var rule = property.GetCustomAttribute<OnlyWithAttribute>() is { } own ? (own, prefix + NameOf(own.Field)) : parent;
            foreach (var field in IsNested(property)
                ? Of(property.PropertyType, $"{prefix}{NameOf(property)}.", rule)
                : [new SpecField(property, prefix, defaults, rule)])
                yield return field;
        }
    }
}
