"""How the money moves: invoices, packets, batches and settlement."""
