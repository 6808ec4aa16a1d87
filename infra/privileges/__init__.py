"""Least privilege, seen: what each function asked of AWS while the story was played, beside what its role allows."""
