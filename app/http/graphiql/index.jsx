// GraphiQL on the schema of the service that serves this page. A bearer token goes into the header editor.
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import { createRoot } from "react-dom/client";
import "graphiql/style.css";
import "./page.css";

const WELCOME = `# Ask what is there, what depends on what, and what happens if something fails.
# Where tokens are asked for, write {"Authorization": "Bearer twin_..."} under Headers.
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

const fetcher = createGraphiQLFetcher({ url: new URL("/graphql", window.location.href).href });

createRoot(document.getElementById("graphiql")).render(
  <GraphiQL fetcher={fetcher} defaultQuery={WELCOME} defaultEditorToolsVisibility="headers" />,
);
