// Puts load on a service by autocannon: `node load.mjs`, with the task as JSON on standard input
// ({url, connections, seconds, bodies}); prints requests, seconds, p95 in ms and failures as JSON.
import { text } from "node:stream/consumers";
import autocannon from "autocannon";

const { url, connections, seconds, bodies } = JSON.parse(await text(process.stdin));
const instance = autocannon({
  url,
  connections,
  duration: seconds,
  method: "POST",
  headers: { "content-type": "application/json" },
  requests: bodies.map((body) => ({ body: JSON.stringify(body) })),
  // Both services write errors before data.
  verifyBody: (body) => body.startsWith('{"data":{'),
});
const taken = [];
instance.on("response", (client, status, bytes, milliseconds) => taken.push(milliseconds));
const result = await instance;
taken.sort((one, other) => one - other);
console.log(
  JSON.stringify({
    requests: taken.length,
    seconds: result.duration,
    p95: taken[Math.floor(taken.length * 0.95)] ?? 0,
    failures: result.errors + result.timeouts + result.non2xx + result.mismatches,
  }),
);
