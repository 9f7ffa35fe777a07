"""Database → other formats: JSON for programs, and diagrams of all tables or of some."""
