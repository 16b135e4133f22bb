"""A tiny fourth scheme with an allowance and judgements."""
