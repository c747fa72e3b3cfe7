"""What the pages ask the store, each question a function of a connection."""
