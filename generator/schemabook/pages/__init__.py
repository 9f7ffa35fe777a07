"""Database → pages: the Markdown of docs/reference/, quiet in diffs."""
