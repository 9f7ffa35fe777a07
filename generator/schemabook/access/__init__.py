"""Who can do what: row security policies in words."""
