"""How a portal is walked: seed → list pages → report pages → attachments, each request with its context."""
