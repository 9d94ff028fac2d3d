// A table with filters and columns of the type, sorted by the database, a page at a time.
import type { Twin } from "./client.js";
import type { ServerFilter, ServerOrder, ServersQuery } from "./gql/graphql.js";
import { graphql } from "./gql/index.js";

const SERVERS = graphql(`
  query Servers($filter: ServerFilter, $orderBy: [ServerOrder!], $first: Int!, $after: String) {
    servers(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
      totalCount
      nodes {
        id
        name
        manufacturer
        cores
        memory
        poweredBy(first: 4) { nodes { id } }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

type Page = ServersQuery["servers"];

export interface Table {
  filter?: ServerFilter;
  orderBy?: ServerOrder[];
  first: number;
}

/** The first page, and how many rows there are in all. */
export async function table(twin: Twin, asked: Table): Promise<string[]> {
  const { servers } = await twin.ask(SERVERS, asked);
  return [`${servers.totalCount} servers`, ...servers.nodes.map(row)];
}

/** Yields page after page; the next is asked for when it is wanted. What is written meanwhile shifts no row. */
export async function* pages(twin: Twin, asked: Table): AsyncGenerator<string[], void> {
  let after: string | null = null;
  do {
    const { nodes, pageInfo }: Page = (await twin.ask(SERVERS, { ...asked, after })).servers;
    yield nodes.map(row);
    after = pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null;
  } while (after !== null);
}

function row({ id, name, manufacturer, cores, memory, poweredBy }: Page["nodes"][number]): string {
  const feeds = poweredBy.nodes.map((feed) => feed.id).join(" and ");
  return [id, name, manufacturer ?? "-", `${cores ?? "-"} cores`, `${memory ?? "-"} GiB`, feeds].join("  ");
}
