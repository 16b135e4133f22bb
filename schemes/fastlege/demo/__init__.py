"""The refund scheme's part of the demo: invented GPs, a municipality and an office, none of them real."""
