"""How pages and papers are drawn, whatever they are about: parts, fields, amounts and days, tables."""
