"""What the published tables say, for a person: summary, stories, queries, exports."""
