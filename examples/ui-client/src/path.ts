// How two assets hang together: the shortest path along what supplies what.
import type { Twin } from "./client.js";
import { graphql } from "./gql/index.js";

const PATH = graphql(`
  query Path($from: ID!, $to: ID!) {
    paths(from: $from, to: $to, direction: OUT, relationshipTypes: ["POWERS"]) {
      length
      assets { id name }
      relationships { type from { id } to { id } }
    }
  }
`);

export async function path(twin: Twin, from: string, to: string): Promise<string[]> {
  const { paths } = await twin.ask(PATH, { from, to });
  const [shortest] = paths;
  if (!shortest) return [`${from} doesn't feed ${to}`];
  return [`${shortest.length} steps`, ...shortest.assets.map(({ id, name }) => `  ${name} (${id})`)];
}
