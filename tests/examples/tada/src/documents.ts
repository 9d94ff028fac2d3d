// Typed lists, nested relationships, fragments, unions and mutations; each result is used by its types.
import { initGraphQLTada, type FragmentOf, type ResultOf, type VariablesOf, readFragment } from "gql.tada";
import type { introspection } from "./graphql-env.js";

const graphql = initGraphQLTada<{
  introspection: introspection;
  scalars: { DateTime: string; Date: string; Duration: string; JSON: unknown; Long: number };
}>();

const Brief = graphql(`
  fragment Brief on Asset { id name type }
`);

const Pumps = graphql(
  `
    query Pumps($least: Float, $after: String) {
      pumps(filter: { ratedFlow: { gte: $least } }, orderBy: [{ ratedFlow: DESC }, { name: ASC }], first: 100, after: $after) {
        totalCount
        nodes {
          ...Brief
          ratedFlow
          installedOn
          poweredBy(first: 5) { edges { delay node { __typename id } } }
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  `,
  [Brief],
);

const Feed = graphql(`
  query Feed($id: ID!) {
    asset(id: $id) { __typename id ... on Pump { ratedFlow } ... on Room { area } }
  }
`);

const Create = graphql(`
  mutation Create($pump: PumpCreate!) {
    createPump(input: $pump) {
      __typename
      ... on PumpWritten { applied { revision } asset { id ratedFlow } }
      ... on ChangesRejected { problems { code place hint } }
      ... on RevisionConflict { expected actual }
    }
  }
`);

const Follow = graphql(`
  subscription Follow($after: Long) { changes(after: $after) { revision actor entries(first: 5) { kind id } } }
`);

export function brief(of: FragmentOf<typeof Brief>): string {
  const { id, name, type } = readFragment(Brief, of);
  return `${type} ${name} (${id})`;
}

export function flows(found: ResultOf<typeof Pumps>): number {
  const count: number = found.pumps.totalCount;
  const flow: number = found.pumps.nodes.reduce((sum, each) => sum + (each.ratedFlow ?? 0), 0);
  const kinds: string[] = found.pumps.nodes.flatMap((each) => each.poweredBy.edges.map((edge) => edge.node.__typename));
  return count + flow + kinds.length + found.pumps.nodes.map(brief).length;
}

export function shown(found: ResultOf<typeof Feed>): string {
  if (found.asset?.__typename === "Room") return `${found.asset.area ?? "?"} m2`;
  return found.asset?.__typename === "Pump" ? `${found.asset.ratedFlow ?? "?"}` : "";
}

export function written(found: ResultOf<typeof Create>): number {
  switch (found.createPump.__typename) {
    case "PumpWritten":
      return found.createPump.applied.revision;
    case "ChangesRejected":
      throw new Error(found.createPump.problems.map((each) => each.code).join());
    case "RevisionConflict":
      return found.createPump.actual;
  }
}

export const least: VariablesOf<typeof Pumps> = { least: 3 };
export const pump: VariablesOf<typeof Create> = { pump: { id: "P9", ratedFlow: 12.5, poweredBy: [{ node: "G" }] } };
export const from: VariablesOf<typeof Follow> = { after: 7 };

// @ts-expect-error a field that the selection hasn't got
export const missing = (found: ResultOf<typeof Feed>) => found.asset?.serialNumber;
// @ts-expect-error a flow is a number
export const wrong: VariablesOf<typeof Create> = { pump: { id: "P9", ratedFlow: "much" } };
