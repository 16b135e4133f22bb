"""Every form and every address is given what nobody would type, as everybody who may come."""
