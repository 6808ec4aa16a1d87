"""Reads procedure pages of the national portal, as crawled, and makes guidance records of them.

A crawled page is one run of text: the cells of its tables follow each other without any separator. Each module
knows the grammar of one part (`page` cuts the page, `channels`, `fees`, `papers` read a part, `guidance` puts a
document together, `reading` opens the files). Two rules hold in all of them:

- what a grammar does not cover is not guessed at: the part counts as "not understood" and the portal's own text
  is published in its place;
- the portal's text is kept beside whatever was understood, so that a reader can always compare.

This is a tool of the operator: it runs on a desk, never in the cloud.
"""
