// Text beyond ASCII stands in the data only: the SDK does not percent-encode headers, and fetch refuses them.
// Sends one event in each mode of the CloudEvents HTTP binding with the CNCF's own SDK; prints the answers' statuses.
import { CloudEvent, HTTP } from "cloudevents";

const gateway = process.argv[2];
const event = (id) => new CloudEvent({
  id, source: "/npm", type: "npm.order.created", subject: "patient 1%", time: "2026-01-31T09:30:00.123Z", myext: "kept", data: { total: 9.5, note: "naïve" },
});

async function post(message) {
  const response = await fetch(`${gateway}/v1/events`, { method: "POST", headers: message.headers, body: message.body });
  console.log(response.status);
}

await post(HTTP.binary(event("binary")));
await post(HTTP.structured(event("structured")));
await post({
  headers: { "content-type": "application/cloudevents-batch+json" },
  body: JSON.stringify([event("batch-0"), event("batch-1")]),
});
