"""What a crawl or a replay says of itself: the ledger, the journal, bars while it runs, the table at its end."""
