"""What is known at one point of the input: the builder is its only writer."""
