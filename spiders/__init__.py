"""How a portal is walked: seed → list pages → report pages → attachments."""
