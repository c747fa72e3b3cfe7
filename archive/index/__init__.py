"""The CDXJ beside each file, the sorted runs of the whole archive, and what is looked up in them."""
