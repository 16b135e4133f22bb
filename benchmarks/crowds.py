"""Every question of many at once, one after another: python -m benchmarks.crowds"""

from benchmarks import allowance, approvals, invoices, payments, person, signatories, stage

if __name__ == "__main__":
    stage.play(approvals, person, allowance, invoices, payments, signatories)
