using System.Text.Json;
using EventBus.Consumers.Treatments;
using EventBus.Contracts;

namespace EventBus.Tests.Treatments;

/// <summary>What an event of a flow sheet is about is read by its name, whatever else stands in it.</summary>
public sealed class FlowSheetItemTests
{
    [Theory]
    [InlineData("treatment.record_entered", """{"objectType":"note","treatmentGuid":"t","hospitalizationId":"h","status":"added"}""", "object treatment t of h added")]
    [InlineData("treatments.records_entered", """{"treatments":[{"treatmentGuid":"t","hospitalizationId":"h","status":"added"},{"treatmentGuid":"t","hospitalizationId":"h","status":"removed"}]}""", "object.treatments[1] treatment t of h removed; object.treatments[0] treatment t of h added")]
    [InlineData("treatments.records_entered", """{"später":"ü<","treatments":[{"treatmentGuid":1,"hospitalizationId":"h"},{"status":"added"},5,null]}""", "object.treatments[0] treatment 1 of h ; object.treatments[1] treatment  of  added without treatmentGuid; object.treatments[2] treatment  of   without treatmentGuid; object.treatments[3] treatment  of   without treatmentGuid")]
    [InlineData("hospitalizations.discharged", """{"hospitalizations":[{"hospitalizationGuid":"g"}]}""", "object.hospitalizations[0] hospitalization g of g discharged")]
    [InlineData("notes.entered", """{"notes":[{"noteGuid":"n","status":"added"}]}""", "object.notes[0] note n of  added without hospitalizationId")]
    [InlineData("inventoryitems.imported", """{"inventoryitems":[{"id":"i"}]}""", "object.inventoryitems[0] inventoryitem i of  ")]
    [InlineData("treatments.records_entered", """{"treatments":{}}""", "")]
    [InlineData("clients.imported", """{"clients":[{"id":"c"}]}""", "")]
    [InlineData("treatments", "{}", "")]
    public void By_its_name(string name, string payload, string items)
    {
        var @event = new TreatmentEvent
        {
            Source = "smartflowsheet", Type = "smartflowsheet.treatment.x", NativeType = name, Data = JsonElement.Parse($$"""{"clinicApiKey":"k","eventType":"{{name}}","object":{{payload}}}"""),
        };

        Assert.Equal(items, string.Join("; ", FlowSheetItem.Read(@event).Select(i => $"{i.Path} {i.Kind.Word} {i.Id} of {i.Stay} {i.Status}{(i.Missing is null ? "" : $" without {i.Missing}")}")));
    }
}
