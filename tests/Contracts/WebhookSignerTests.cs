using System.Text;
using EventBus.Contracts;

namespace EventBus.Tests.Contracts;

/// <summary>Signatures by Standard Webhooks.</summary>
public sealed class WebhookSignerTests
{
    /// <summary>The test vector that the libraries of Standard Webhooks share.</summary>
    [Fact]
    public void The_published_vector_has_the_published_signature()
    {
        var signer = WebhookSigner.TryCreate("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")!;

        Assert.Equal(
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            signer.Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, "{\"test\": 2432232314}"u8));
    }

    [Fact]
    public void Id_timestamp_body_and_secret_all_change_the_signature()
    {
        var signer = WebhookSigner.TryCreate(Secret(24))!;
        var body = Encoding.UTF8.GetBytes("Zo\u00eb");

        string[] signatures =
        [
            signer.Sign("id", 1, body), signer.Sign("iD", 1, body), signer.Sign("id", 2, body), signer.Sign("id", 1, []), WebhookSigner.TryCreate(Secret(25))!.Sign("id", 1, body),
        ];

        Assert.Equal(signatures.Length, signatures.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(signatures[0], signer.Sign("id", 1, body));
    }

    [Theory]
    [InlineData(23, false)]
    [InlineData(24, true)]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void A_secret_has_24_to_64_bytes(int bytes, bool taken) => Assert.Equal(taken, WebhookSigner.TryCreate(Secret(bytes)) is not null);

    [Theory]
    [InlineData("")]
    [InlineData("whsec_")]
    [InlineData("whsec_this is no base64 at all, is it")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw=")]
    [InlineData("secret_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    public void Anything_else_is_no_secret(string secret) => Assert.Null(WebhookSigner.TryCreate(secret));

    [Fact]
    public void A_deliverys_id_is_that_of_one_event_at_one_endpoint()
    {
        var id = WebhookSigner.DeliveryId("endpoint", "source", "event");

        Assert.Equal(id, WebhookSigner.DeliveryId("endpoint", "source", "event"));
        Assert.NotEqual(id, WebhookSigner.DeliveryId("endpoint", "source", "event2"));
        Assert.NotEqual(id, WebhookSigner.DeliveryId("endpoint", "source2", "event"));
        Assert.NotEqual(id, WebhookSigner.DeliveryId("endpoint2", "source", "event"));
        Assert.NotEqual(WebhookSigner.DeliveryId("a", "bc", "d"), WebhookSigner.DeliveryId("ab", "c", "d"));
    }

    static string Secret(int bytes) => $"whsec_{Convert.ToBase64String([.. Enumerable.Range(1, bytes).Select(i => (byte)i)])}";
}
