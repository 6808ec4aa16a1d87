"""Verifying digital signatures of PDF and XML files.

    trust        whom we trust: a folder of certificates and revocation lists
    running      the caller's side: a child process that is kept warm, one fork of it per file
    child        the child's side: limits, and the fork that looks at one file
    pdf, xml     the rules for each kind of file
    preparing    signing a PDF by somebody whose key is elsewhere, in two steps
    chain        from a certificate to a root: revocation, strength of keys, use of keys

Only the modules of the child's side import pyHanko, pyhanko-certvalidator, asn1crypto and signxml, and nothing but the
child imports them. Files that come from outside are never parsed in the process that asks.
"""
