"""The refund scheme of Den norske legeforening for GPs, and nothing else."""
