"""Database → pictures of how its tables relate: Mermaid text to commit, SVG for the site."""
