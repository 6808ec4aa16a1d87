"""The providers that sign a hash after their customer agreed on a phone: what each does alike, and each in its words.

No word of theirs is believed because it came: the value that they give is checked against hash and certificate.
"""
