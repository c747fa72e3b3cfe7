"""How a crawl runs: settings, the catalogue of portals, scope, what a person sees while and after."""
