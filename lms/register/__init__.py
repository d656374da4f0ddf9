"""The register: an append-only, hash-chained journal of every signature and decision."""
