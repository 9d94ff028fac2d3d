// GraphiQL on the schema of the service that serves this page. A bearer token goes into the header editor.
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import { createRoot } from "react-dom/client";
import "graphiql/style.css";
import "./page.css";

// The tabs that a browser opens with; they run as they stand where the campus is loaded (`twin demo`).
// Lines are short, for the editor of a small window shows some fifty characters.
const LOOK_AROUND = `# What is there? Other tabs ask more.
# A token goes under Headers:
# {"Authorization": "Bearer twin_..."}
query LookAround {
  revision
  assets(first: 5) {
    nodes {
      id
      type
      name
    }
  }
}
`;
const WHAT_IF = `# What does the failure of a transfer
# switch take down, and why?
query WhatIf($input: ImpactInput!) {
  impact(input: $input) {
    revision
    impactedCount
    byLevel { level count }
    impacted(first: 10) {
      nodes {
        asset { id name type }
        level
        timeToImpact
        because {
          group
          lostCount
          memberCount
          path {
            from { name }
            to { name }
            relationshipType
          }
        }
      }
    }
    assumptions
  }
}
`;
const WHAT_MATTERS = `# Whose failure does most,
# and what brings one asset down alone?
query WhatMatters {
  criticality(first: 5) {
    nodes {
      asset { id name }
      impactedCount
      downCount
    }
  }
  singlePointsOfFailure(
    asset: "NBR-UPS-A"
    first: 10
  ) {
    nodes { id name type }
  }
}
`;
const FOLLOW = `# Stays open: all changes, then those that
# are written. Write one in another tab.
subscription Follow {
  changes(after: 0) {
    revision
    time
    actor
    entryCount
    entries(first: 3) { kind id type }
  }
}
`;
const WATCH = `# Stays open: what the failure of this asset
# takes down, now and whenever that changes.
subscription Watch {
  impactChanged(asset: "NBR-ATS-M") {
    revision
    impactedCount
    byLevel { level count }
  }
}
`;
const TABS = [
  { query: LOOK_AROUND },
  { query: WHAT_IF, variables: JSON.stringify({ input: { failures: [{ asset: "NBR-ATS-M" }] } }, null, 2) },
  { query: WHAT_MATTERS },
  { query: FOLLOW },
  { query: WATCH },
];

// Subscriptions go over WebSocket; what stands under Headers goes into its first message.
const url = new URL("/graphql", window.location.href);
const socket = new URL(url);
socket.protocol = url.protocol === "https:" ? "wss:" : "ws:";
const fetcher = createGraphiQLFetcher({ url: url.href, subscriptionUrl: socket.href });

createRoot(document.getElementById("graphiql")).render(
  <GraphiQL fetcher={fetcher} defaultTabs={TABS} defaultEditorToolsVisibility="variables" />,
);
