// The blast radius of a failure: how much, where, the worst first, and why the worst one falls.
import type { Twin } from "./client.js";
import { graphql } from "./gql/index.js";

const BLAST_RADIUS = graphql(`
  query BlastRadius($input: ImpactInput!) {
    impact(input: $input) {
      revision
      impactedCount
      atRiskCount
      byLevel { level count }
      byType { type count }
      impacted(first: 5) {
        nodes {
          asset { id name type }
          level
          timeToImpact
          because {
            group
            lostCount
            memberCount
            path(first: 10) { from { id } to { id } relationshipType }
          }
        }
      }
    }
  }
`);

export async function blastRadius(twin: Twin, asset: string): Promise<string[]> {
  const { impact } = await twin.ask(BLAST_RADIUS, { input: { failures: [{ asset }] } });
  const levels = impact.byLevel.map(({ level, count }) => `${count} ${level}`).join(", ");
  const lines = [`${asset} takes down ${impact.impactedCount} (${levels}); ${impact.atRiskCount} are at risk`];
  for (const { asset: fallen, level, timeToImpact, because } of impact.impacted.nodes) {
    const steps = [asset, ...because.path.map((step) => step.to.id)].join(" > ");
    lines.push(`  ${fallen.name}: ${level} after ${timeToImpact}, by ${steps}`);
  }
  return lines;
}
