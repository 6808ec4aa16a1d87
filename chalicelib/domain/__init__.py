"""What the law and the trade say, as pure functions and frozen values.

Rule of this folder: standard library, `chalicelib.errors` and `chalicelib.values` only (and `stdnum` in codes.py); no
AWS, no files, no network, no environment, and no reading of the present time: whoever asks brings the moment along.
Everything that is refused is refused with an `errors.Invalid` (or another deliberate error) that names the field.
"""
