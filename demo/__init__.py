"""Made-up agency portals on loopback: the demo and the tests crawl them."""
