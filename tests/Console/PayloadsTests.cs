using System.Text;
using EventBus.OperatorConsole;

namespace EventBus.Tests.OperatorConsole;

/// <summary>Payloads are shown and edited whatever senders put into them.</summary>
public sealed class PayloadsTests
{
    static readonly byte[] Event = Encoding.UTF8.GetBytes("""{"specversion":"1.0","id":"1","data":{"note":"cut \ud83d","ü":"\u00fc","n":1.50,"empty":["",{}]}}""");

    [Fact]
    public void A_text_that_was_cut_in_the_middle_of_a_character_is_shown_as_it_came() => Assert.Equal(
        """
        {
          "note": "cut \ud83d",
          "ü": "ü",
          "n": 1.50,
          "empty": [
            "",
            {}
          ]
        }
        """,
        Payloads.Show(Event));

    [Fact]
    public void It_stays_so_when_the_payload_is_edited() => Assert.Equal(
        """{"specversion":"1.0","id":"1","data":{"note":"cut \ud83d","n":2}}""",
        Encoding.UTF8.GetString(Payloads.WithData(Event, """{ "note": "cut \ud83d", "n": 2 }""")!));
}
