// A tree that opens two levels at a time: what a place contains, and how much more there is.
import type { Twin } from "./client.js";
import { graphql } from "./gql/index.js";

graphql(`
  fragment Leaves on AssetConnection {
    totalCount
    nodes { id name type }
  }
`);

graphql(`
  fragment Branches on AssetConnection {
    totalCount
    nodes {
      id
      name
      type
      children(first: $first) { ...Leaves }
    }
  }
`);

const TREE = graphql(`
  query Tree($root: ID!, $first: Int!) {
    asset(id: $root) {
      id
      name
      type
      children(first: $first) { ...Branches }
    }
  }
`);

/** Shows at most `first` of what each place contains. */
export async function tree(twin: Twin, root: string, first: number): Promise<string[]> {
  const { asset } = await twin.ask(TREE, { root, first });
  if (!asset) return [`There is no ${root}`];
  const lines = [`${asset.name} (${asset.type})`];
  for (const child of asset.children.nodes) {
    lines.push(`  ${child.name} (${child.type})`);
    for (const inner of child.children.nodes) lines.push(`    ${inner.name} (${inner.type})`);
    lines.push(...more(4, child.children));
  }
  return [...lines, ...more(2, asset.children)];
}

function more(indent: number, { totalCount, nodes }: { totalCount: number; nodes: readonly unknown[] }): string[] {
  const left = totalCount - nodes.length;
  return left > 0 ? [`${" ".repeat(indent)}and ${left} more`] : [];
}
