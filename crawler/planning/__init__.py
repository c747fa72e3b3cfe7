"""What a crawl is to do: its arguments, its portals, which pages are due again, which run goes on."""
