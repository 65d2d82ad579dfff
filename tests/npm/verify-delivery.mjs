// Verifies a delivery with Standard Webhooks' own library: {secret, headers, body} on standard input; prints "valid" or "invalid".
import { Webhook } from "standardwebhooks";

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { secret, headers, body } = JSON.parse(Buffer.concat(chunks).toString("utf8"));
try {
  new Webhook(secret).verify(body, headers);
  console.log("valid");
} catch {
  console.log("invalid");
}
