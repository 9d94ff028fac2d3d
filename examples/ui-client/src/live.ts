// What is written, as it is written. The last revision is where a new page goes on, and where a new connection does,
// so that nothing is missed and nothing comes twice.
import { TwinError, type Twin } from "./client.js";
import { graphql } from "./gql/index.js";

const REVISION = graphql(`
  query Revision {
    revision
  }
`);

const CHANGES = graphql(`
  subscription Changes($after: Long!) {
    changes(after: $after) {
      revision
      entryCount
      entries(first: 3) { kind id type }
    }
  }
`);

export async function revision(twin: Twin): Promise<number> {
  return (await twin.ask(REVISION)).revision;
}

/** Connections that may be lost one after the other, with nothing heard between them. */
const LOST = 6;

/** Goes on after a lost connection. Throws TwinError. */
export async function* changes(twin: Twin, after: number): AsyncGenerator<string, void> {
  let last = after;
  for (let lost = 0; ; ) {
    try {
      for await (const { changes: change } of twin.follow(CHANGES, { after: last })) {
        last = change.revision;
        lost = 0;
        const touched = change.entries.map(({ type, id }) => `${type} ${id}`).join(", ");
        yield `${change.entryCount} changed: ${touched}`;
      }
      return;
    } catch (error) {
      if (!(error instanceof TwinError) || error.code !== "CONNECTION_LOST" || ++lost > LOST) throw error;
      await pause(lost);
    }
  }
}

/** Waits longer each time, and not as long as others do: a service that comes back isn't asked by all at once. */
function pause(lost: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, (0.5 + Math.random()) * 500 * 2 ** lost));
}
