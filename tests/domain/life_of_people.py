"""Whom a dossier lies with: a part of the table of transitions, written by hand a second time (test_life.py)."""

PEOPLE = """
received | assign | system | appraisal
received | reassign | administrator | appraisal
appraisal | reassign | administrator | appraisal
consultation | reassign | administrator | consultation
review_supplement | reassign | administrator | review_supplement
appraisal | hand_over | appraiser | mine:appraisal !NotAssigned
consultation | hand_over | appraiser | mine:consultation !NotAssigned
"""
