"""How the house is wired: settings, addresses, the worker; it knows all, nobody imports it."""
