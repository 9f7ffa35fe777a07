"""What `schemabook check` looks at: one function a check."""
