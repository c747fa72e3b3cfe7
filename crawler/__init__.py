"""How a crawl runs: settings, the catalogue of portals, scope and politeness, the ledger of what came, the commands."""
