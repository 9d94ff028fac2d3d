// Follows changes with the reference clients: `node clients.mjs HOST:PORT`; prints what each heard as JSON.
import { createClient as overEvents } from "graphql-sse";
import { createClient as overSocket } from "graphql-ws";

const address = process.argv[2];
const query = "subscription { changes(after: 0) { revision } }";

const heard = async (client) => {
  const found = [];
  for await (const result of client.iterate({ query })) {
    found.push(result.data.changes.revision);
    if (found.length === 2) break;
  }
  await client.dispose();
  return found;
};

const socket = await heard(overSocket({ url: `ws://${address}/graphql`, retryAttempts: 0 }));
const events = await heard(overEvents({ url: `http://${address}/graphql`, retryAttempts: 0 }));
console.log(JSON.stringify({ socket, events }));
