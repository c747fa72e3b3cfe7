"""From a document to a report: every number of every form, checked, with its proof."""
