"""What queries, expressions and bodies mean: their names, and the types and columns that they return."""
