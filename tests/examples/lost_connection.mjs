// Follows changes over connections that are lost: `node lost_connection.mjs`, beside the client's `dist`.
// Prints what was heard, and after which revision each connection was asked to go on.
const next = (id, revision) => ({
  type: "next",
  id,
  payload: { data: { changes: { revision, entryCount: 1, entries: [{ kind: "ASSET", id: `A${revision}`, type: "Pump" }] } } },
});
const connections = [
  (id, socket) => {
    socket.told(next(id, 4));
    socket.told(next(id, 5));
    socket.lost(1012, "Stopping");
  },
  (id, socket) => socket.lost(1006, ""),
  (id, socket) => socket.onerror({ type: "error" }),
  (id, socket) => {
    socket.told(next(id, 6));
    socket.told({ type: "error", id, payload: [{ message: "No more", extensions: { code: "CHANGES_GONE" } }] });
  },
  (id, socket) => socket.lost(4403, "The token counts no longer"),
];

globalThis.WebSocket = class {
  static OPEN = 1;
  static CLOSING = 2;
  readyState = 1;

  constructor() {
    queueMicrotask(() => this.onopen());
  }

  send(text) {
    const { type, id, payload } = JSON.parse(text);
    if (type === "connection_init") queueMicrotask(() => this.told({ type: "connection_ack" }));
    if (type === "subscribe") {
      console.log(`after ${payload.variables.after}`);
      queueMicrotask(() => connections.shift()(id, this));
    }
  }

  told(message) {
    this.onmessage({ data: JSON.stringify(message) });
  }

  lost(code, reason) {
    this.readyState = 3;
    this.onclose({ code, reason });
  }

  close(code, reason) {
    this.lost(code, reason);
  }
};
const wait = globalThis.setTimeout;
globalThis.setTimeout = (then, milliseconds) => wait(then, milliseconds / 100);

const { Twin } = await import(new URL("dist/client.js", import.meta.url));
const { changes } = await import(new URL("dist/live.js", import.meta.url));
const twin = new Twin({ url: "http://127.0.0.1:1/graphql" });
for (const after of [3, 6]) {
  try {
    for await (const heard of changes(twin, after)) console.log(heard);
  } catch (error) {
    console.log(`${error.name} ${error.code}: ${error.message}`);
  }
}
await twin.close();
for await (const heard of changes(twin, 6)) console.log(heard);
