// Types and a manifest of the documents in src/, from the schema that the service prints (`twin sdl`).
// What stands below an interface is spelled out for each type that implements it. Lists inside lists multiply that, so
// the inner one is a fragment on its connection, which is one type ("combine" refers to it by name).
import type { CodegenConfig } from "@graphql-codegen/cli";

const config: CodegenConfig = {
  schema: "../../docs/schema.graphql",
  documents: "src/*.ts",
  generates: {
    "src/gql/": {
      preset: "client",
      presetConfig: {
        fragmentMasking: false,
        persistedDocuments: { mode: "embedHashInDocument", hashAlgorithm: "sha256" },
      },
      config: {
        documentMode: "string",
        useTypeImports: true,
        inlineFragmentTypes: "combine",
        strictScalars: true,
        scalars: {
          Date: "string",
          DateTime: "string",
          Duration: "string",
          JSON: "unknown",
          Long: "number",
        },
      },
    },
  },
  emitLegacyCommonJSImports: false,
};
export default config;
