"""Settings and the files that they name → a `Book`: all that pages are made of."""
