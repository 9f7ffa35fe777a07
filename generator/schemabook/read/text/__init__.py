"""Text of SQL → statements and tokens, and a cursor over them; it knows no database."""
