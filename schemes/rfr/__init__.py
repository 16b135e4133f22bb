"""The course and conference grant of Västra Götalandsregionen, and nothing else."""
