"""One function a statement: what it does to the state."""
