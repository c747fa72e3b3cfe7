"""Records and messages as bytes: WARC and ARC records read and written, HTTP answers taken apart."""
