"""WACZ packages: an archive in one file, with its index and pages, signed if wanted."""
