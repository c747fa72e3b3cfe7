"""The pages: each reads what it needs from the store, and puts it into a template in the reader's language."""
