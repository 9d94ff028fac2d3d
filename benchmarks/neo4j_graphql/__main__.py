"""`python -m benchmarks.neo4j_graphql`."""

from __future__ import annotations

from benchmarks.neo4j_graphql.comparison import main

if __name__ == "__main__":
    main()
