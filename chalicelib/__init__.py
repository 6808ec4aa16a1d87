"""Everything of Motcua that is deployed, and nothing else."""
