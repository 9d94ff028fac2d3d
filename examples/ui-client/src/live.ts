// What is written, as it is written. The last revision is where a new page goes on, so that nothing is missed.
import type { Twin } from "./client.js";
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

export async function* changes(twin: Twin, after: number): AsyncGenerator<string, void> {
  for await (const { changes: change } of twin.follow(CHANGES, { after })) {
    const touched = change.entries.map(({ type, id }) => `${type} ${id}`).join(", ");
    yield `${change.entryCount} changed: ${touched}`;
  }
}
