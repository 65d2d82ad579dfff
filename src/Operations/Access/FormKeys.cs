using System.Xml.Linq;
using Dapper;
using EventBus.Storage;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace EventBus.Operations.Access;

/// <summary>Keeps the keys that forms are protected with in the storage, so that a page that is open over a restart still works.</summary>
public sealed class FormKeys(Database database) : IXmlRepository
{
    /// <inheritdoc/>
    public IReadOnlyCollection<XElement> GetAllElements() => Task.Run(async () =>
    {
        await using var connection = await database.ConnectAsync();
        return (await connection.QueryAsync<string>("SELECT xml FROM form_keys ORDER BY name")).Select(XElement.Parse).ToList();
    }).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public void StoreElement(XElement element, string friendlyName)
    {
        ArgumentNullException.ThrowIfNull(element);
        var xml = element.ToString(SaveOptions.DisableFormatting);
        Task.Run(() => database.TransactAsync(transaction => transaction.Connection!.ExecuteAsync(
            "INSERT INTO form_keys (name, xml) VALUES (@friendlyName, @xml) ON CONFLICT (name) DO UPDATE SET xml = excluded.xml", new { friendlyName, xml }, transaction))).GetAwaiter().GetResult();
    }
}
