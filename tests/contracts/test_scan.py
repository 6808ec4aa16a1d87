"""`make scan`: a finding without a reason fails, a reason without a finding as well. checkov itself runs in CI."""

from __future__ import annotations

from infra.scan import STAYS, Stays, unexplained

REASONS = (Stays("CKV_AWS_18", "AWS::S3::Bucket.*", "…"),)


def test_findings_with_reasons_pass() -> None:
    assert unexplained([("CKV_AWS_18", "AWS::S3::Bucket.A"), ("CKV_AWS_18", "AWS::S3::Bucket.B")], REASONS) == []


def test_findings_without_reasons_are_named() -> None:
    found = [("CKV_AWS_18", "AWS::S3::Bucket.A"), ("CKV_AWS_53", "AWS::S3::Bucket.A")]
    assert unexplained(found, REASONS) == ["CKV_AWS_53 AWS::S3::Bucket.A: no reason"]
    other = [("CKV_AWS_18", "AWS::S3::Bucket.A"), ("CKV_AWS_18", "AWS::SQS::Queue.A")]
    assert unexplained(other, REASONS) == ["CKV_AWS_18 AWS::SQS::Queue.A: no reason"]


def test_reasons_that_nothing_needs_are_named() -> None:
    (line,) = unexplained([], REASONS)
    assert line.startswith("CKV_AWS_18 AWS::S3::Bucket.*: is no longer found")


def test_each_reason_says_something() -> None:
    assert all(len(each.why) > 10 for each in STAYS)
