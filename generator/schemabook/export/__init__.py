"""Database → other formats."""
