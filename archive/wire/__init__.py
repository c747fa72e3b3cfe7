"""The tap on the wire, and what of the archive stands inside a crawl."""
