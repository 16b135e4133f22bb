"""RFR's part of the demo: invented doctors, courses and signatories, none of them real."""
