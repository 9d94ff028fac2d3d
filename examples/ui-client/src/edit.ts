// Renames an asset, unless somebody else has changed it since it was shown.
import type { Twin } from "./client.js";
import { graphql } from "./gql/index.js";

const SHOWN = graphql(`
  query Shown($id: ID!) {
    asset(id: $id) { id type name revision }
  }
`);

const RENAME = graphql(`
  mutation Rename($input: ChangeSetInput!) {
    applyChanges(input: $input) {
      __typename
      ... on ChangesApplied { revision }
      ... on ChangesRejected { problems { code message hint } }
      ... on RevisionConflict { expected actual }
    }
  }
`);

/** What a form has been filled with; `revision` is that of the asset. */
export interface Form {
  id: string;
  type: string;
  name: string;
  revision: number;
}

export async function shown(twin: Twin, id: string): Promise<Form | null> {
  return (await twin.ask(SHOWN, { id })).asset ?? null;
}

export async function rename(twin: Twin, { id, type, revision }: Form, name: string): Promise<string> {
  const changes = [{ upsertAsset: { id, type, name } }];
  const { applyChanges: outcome } = await twin.ask(RENAME, { input: { changes, expectedRevision: revision } });
  switch (outcome.__typename) {
    case "ChangesApplied":
      return `${id} is called ${name}`;
    case "RevisionConflict":
      return `${id} was changed meanwhile: show it again`;
    case "ChangesRejected":
      return outcome.problems.map(({ code, message, hint }) => `${code}: ${message}. ${hint ?? ""}`).join("\n");
  }
}
