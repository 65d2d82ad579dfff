using System.Collections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventBus.Storage;

/// <summary>Reads the settings of a section, all of them: one that is misspelt would be left unread without a word.</summary>
public static class SettingsExtensions
{
    /// <summary>Binds the options to a section; a setting in it that is none of them ends the start.</summary>
    /// <param name="options">The options.</param>
    /// <param name="section">The section.</param>
    /// <param name="beside">Other options that are bound to it.</param>
    public static OptionsBuilder<TOptions> BindSettings<TOptions>(this OptionsBuilder<TOptions> options, IConfigurationSection section, params Type[] beside)
        where TOptions : class
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(section);
        options.Services.AddSingleton<IValidateOptions<TOptions>>(new Check<TOptions>(section, [typeof(TOptions), .. beside]));
        return options.Bind(section);
    }

    /// <summary>What stands in a section and is no setting of these types, in words.</summary>
    internal static IEnumerable<string> Unknown(this IConfigurationSection section, params IReadOnlyList<Type> types)
    {
        var known = types.SelectMany(t => t.GetProperties()).Where(p => p.CanWrite || IsList(p.PropertyType) || IsGroup(p.PropertyType)).ToList();
        foreach (var child in section.GetChildren())
        {
            if (known.Find(p => p.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase)) is not { } setting)
            {
                yield return $"{child.Path} is no setting; the settings there are {string.Join(", ", known.Select(p => $"{section.Path}:{p.Name}".Replace(":", "__", StringComparison.Ordinal)))}";
            }
            else if (IsGroup(setting.PropertyType))
            {
                foreach (var unknown in child.Unknown(setting.PropertyType))
                {
                    yield return unknown;
                }
            }
        }
    }

    static bool IsList(Type type) => type != typeof(string) && type.IsAssignableTo(typeof(IEnumerable));

    static bool IsGroup(Type type) => type is { IsClass: true, Assembly: var assembly } && assembly.GetName().Name!.StartsWith("EventBus.", StringComparison.Ordinal);

    sealed class Check<TOptions>(IConfigurationSection section, IReadOnlyList<Type> types) : IValidateOptions<TOptions>
        where TOptions : class
    {
        public ValidateOptionsResult Validate(string? name, TOptions options) => section.Unknown(types).ToList() is { Count: > 0 } unknown ? ValidateOptionsResult.Fail(unknown) : ValidateOptionsResult.Success;
    }
}
