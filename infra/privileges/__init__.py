"""Least privilege, seen: what each function asked of AWS in tests and stories, beside what its role allows."""
