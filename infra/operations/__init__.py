"""What an operator looks at and does when something is stuck: behind `motcua ops`, not deployed.

seen      one dossier across table, workflow, outbox, refunds and parcels
stuck     what waits longer than it should, from the sparse index partitions alone
acts      requeue, redrive, restart
letters   what failed for good: read, and given to its function once more
audit     who used which of these, when and why
"""
