// A list that pages by itself, the way Relay's usePaginationFragment asks for it, and a live list of changes.
import { graphql } from "react-relay";

graphql`
  query PumpsQuery($filter: PumpFilter) {
    ...Pumps_list @arguments(filter: $filter)
  }
`;

graphql`
  fragment Pumps_list on Query
  @refetchable(queryName: "PumpsPageQuery")
  @argumentDefinitions(
    filter: { type: "PumpFilter" }
    first: { type: "Int", defaultValue: 50 }
    after: { type: "String" }
  ) {
    pumps(filter: $filter, first: $first, after: $after) @connection(key: "Pumps_pumps") {
      edges {
        node {
          id
          ratedFlow
          ...Pumps_row
        }
      }
    }
  }
`;

graphql`
  fragment Pumps_row on Asset {
    name
    type
    ... on Pump {
      poweredBy(first: 2) {
        edges {
          node {
            id
          }
        }
      }
    }
  }
`;

graphql`
  subscription PumpsChangesSubscription($after: Long) {
    changes(after: $after) {
      revision
      entries(first: 10) {
        kind
        id
      }
    }
  }
`;
