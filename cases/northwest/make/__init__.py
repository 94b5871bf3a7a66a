"""Makes the case cases/northwest/<year> from the tables in cases/northwest/sources, topic by topic."""
